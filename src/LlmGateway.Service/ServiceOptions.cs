using System.ComponentModel.DataAnnotations;

namespace LlmGateway.Service;

/// <summary>What every service shares.</summary>
public sealed class ServiceOptions
{
    public const string Section = "Services";

    /// <summary>
    /// The secret that signs internal tokens, the same for every service, at least 32 characters.
    /// Made at start in Standalone, where all services share a process.
    /// </summary>
    [Required, MinLength(32)]
    public string InternalKey { get; set; } = "";
}
