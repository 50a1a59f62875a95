using System.Text.Json.Serialization;

namespace LlmGateway.Retrieval.Examples;

/// <summary>The chosen examples, the likest first.</summary>
/// <param name="DatasetVersion">The version's id.</param>
/// <param name="Data">The examples.</param>
internal sealed record ExampleList(string DatasetVersion, IReadOnlyList<ExampleView> Data)
{
    public string Object { get; } = "list";
}

/// <param name="Id">The item's id in the dataset.</param>
/// <param name="Input">What is asked.</param>
/// <param name="Output">What is to be answered.</param>
internal sealed record ExampleView(string Id, string Input, string Output)
{
    [JsonPropertyOrder(-1)]
    public string Object { get; } = "retrieval.example";
}
