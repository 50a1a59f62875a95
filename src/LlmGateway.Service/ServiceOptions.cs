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
    [Required(ErrorMessage = "Services:InternalKey is not set: give every service the same secret of at least 32 characters.")]
    [MinLength(32, ErrorMessage = "Services:InternalKey is too short: at least 32 characters, the same for every service.")]
    public string InternalKey { get; set; } = "";
}
