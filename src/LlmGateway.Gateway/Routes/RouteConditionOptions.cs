using System.Text.Json.Serialization;
using Microsoft.Extensions.Configuration;

namespace LlmGateway.Gateway.Routes;

/// <summary>One thing that must be true of a request: every operator that is given.</summary>
public sealed class RouteConditionOptions
{
    /// <summary>
    /// <c>metadata.KEY</c>, <c>stream</c>, <c>tools</c>, <c>response_format</c>, <c>max_tokens</c>, <c>temperature</c>, <c>user</c>, <c>operation</c>,
    /// <c>request_bytes</c> or <c>key_id</c>.
    /// </summary>
    public string Field { get; set; } = "";

    /// <summary>The value; <c>true</c> or <c>false</c> for <c>stream</c>, <c>tools</c> and <c>response_format</c>.</summary>
    [ConfigurationKeyName("Equals")]
    [JsonPropertyName("Equals")]
    public string? EqualTo { get; set; }

    /// <summary>One of these values.</summary>
    public List<string> In { get; init; } = [];

    /// <summary>At least this number.</summary>
    public double? Min { get; set; }

    /// <summary>At most this number.</summary>
    public double? Max { get; set; }

    /// <summary>Whether the request has it at all.</summary>
    public bool? Exists { get; set; }
}
