using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Prompts;

/// <summary>Prompts' own settings.</summary>
public sealed class PromptOptions
{
    /// <summary>Memory for compiled versions, in bytes; the default is 64 MiB. A version beyond it is compiled again when it is called.</summary>
    [Range(1 << 20, 1L << 34)]
    public long CompiledBytes { get; set; } = 64 << 20;

    /// <summary>How long a chain may take until its last step begins; the default is 5 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ChainTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
