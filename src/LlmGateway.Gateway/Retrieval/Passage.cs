using System.Text.Json.Nodes;
using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Gateway.Retrieval;

/// <summary>A piece of a file that was found, or the file's whole text.</summary>
/// <param name="StoreId">The vector store.</param>
/// <param name="FileId">The file.</param>
/// <param name="Filename">Its name.</param>
/// <param name="Text">The passage.</param>
/// <param name="Start">Its first character in the file's text.</param>
/// <param name="End">Behind its last character.</param>
/// <param name="Score">0 to 1, of its search only.</param>
/// <param name="Attributes">The file's attributes.</param>
/// <param name="Tokens">What it takes in the request, with its heading.</param>
internal sealed record Passage(
    string StoreId, string FileId, string Filename, string Text, int Start, int End, double Score, JsonObject? Attributes = null, int Tokens = 0)
{
    public InferencePassage Describe() => new(StoreId, FileId, Start, End, Score, Tokens);
}
