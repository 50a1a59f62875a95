using System.Text.Json;
using System.Text.Json.Serialization;

namespace LlmGateway.OpenAI;

/// <summary>
/// Base of objects on the wire: members that we do not know are kept and written again, so that a provider's own
/// fields survive a read and a write.
/// </summary>
/// <remarks>
/// In the derived records, members with a default have <c>set</c>, not <c>init</c>: generated JSON code sets every
/// init-only member, and so would replace the default where the JSON has no such member.
/// </remarks>
public abstract record WireObject
{
    /// <summary>Members without a property of their own; null when there are none.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Extra { get; set; }
}
