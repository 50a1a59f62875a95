using System.Security.Cryptography;
using System.Text;
using LlmGateway.Gateway.Prompts.Composition;

namespace LlmGateway.Gateway.Prompts.Versions;

/// <summary>
/// What tells versions apart: SHA-256, in lower-case hex, over the content as JSON and the versions of the prompts that it
/// includes. The JSON has no white space, its members stand in their order and absent ones are left out; a caller's own objects
/// (parameters, schemas) keep their order, because models can tell it.
/// </summary>
internal static class ContentHash
{
    public static string Compute(string content, IReadOnlyList<PinnedPrompt> includes)
    {
        var text = new StringBuilder(content);
        foreach (var pinned in includes)
        {
            text.Append('\n').Append(pinned.PromptId).Append('@').Append(pinned.Version);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    public static bool IsHash(string text) => text.Length == SHA256.HashSizeInBytes * 2 && text.All(char.IsAsciiHexDigitLower);
}
