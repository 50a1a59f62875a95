using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LlmGateway.Evaluation.Judges;

/// <summary>Tells one judge from another by what it asks.</summary>
internal static class JudgeVersion
{
    private const int Bytes = 6;

    /// <summary>12 hexadecimal digits of a SHA-256 of the definition, but for its name, and the prompt's fixed words.</summary>
    public static string Of(JsonElement definition, string prompt)
    {
        var text = JsonText.Write(writer =>
        {
            writer.WriteStartObject();
            foreach (var member in definition.EnumerateObject().Where(member => member.Name != "name").OrderBy(member => member.Name, StringComparer.Ordinal))
            {
                member.WriteTo(writer);
            }

            writer.WriteEndObject();
        });
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{text}\n{prompt}")).AsSpan(0, Bytes));
    }
}
