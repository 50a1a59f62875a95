using System.Text.Json.Serialization;

namespace LlmGateway.Service;

/// <summary>What a key may do. <see cref="Admin"/> contains the other two.</summary>
[Flags]
[JsonConverter(typeof(JsonStringEnumConverter<Scopes>))]
public enum Scopes
{
    None = 0,

    /// <summary>Call models.</summary>
    Inference = 1,

    /// <summary>Read and change logged data.</summary>
    Data = 2,

    /// <summary>Manage keys, and see every project's usage.</summary>
    Admin = 4 | Inference | Data,

    /// <summary>A service speaking for itself; never given to a key.</summary>
    Internal = 8,
}
