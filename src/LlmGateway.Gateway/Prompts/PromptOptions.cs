using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Gateway.Prompts;

/// <summary>Prompts' own settings.</summary>
public sealed class PromptOptions
{
    /// <summary>Memory for compiled versions, in bytes; the default is 64 MiB. A version beyond it is compiled again when it is called.</summary>
    [Range(1 << 20, 1L << 34)]
    public long CompiledBytes { get; set; } = 64 << 20;
}
