using System.Text.Json;
using LlmGateway.Datasets.Inferences;
using LlmGateway.Datasets.StoredCompletions;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>
/// Words that a call must have in what was asked or answered: each of them, as a whole word, in any case. Bodies are packed, so
/// they are looked at one by one; there is no index.
/// </summary>
internal sealed class CallText
{
    public const int MaxLength = 256;

    /// <summary>Members whose values are no words of anybody.</summary>
    private static readonly string[] Labels = ["role", "type", "id", "tool_call_id", "finish_reason"];

    private readonly string[] _words;

    private CallText(string[] words) => _words = words;

    /// <returns>Null if there is no word in it.</returns>
    public static CallText? Read(string text)
    {
        var words = new string([.. text.Select(letter => char.IsLetterOrDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length == 0 ? null : new CallText(words);
    }

    public bool IsIn(Inference call, InferenceBody? bodies)
    {
        using var request = StoredJson.Parse(BodyCodec.Unpack(bodies?.Request ?? []));
        using var answer = StoredJson.Parse(CompletionWriter.ReadAnswer(call, bodies));
        var texts = new List<string>();
        Collect(request, "messages", texts);
        Collect(answer, "choices", texts);
        return _words.All(word => texts.Any(text => HasWord(text, word)));
    }

    private static void Collect(JsonDocument? body, string member, List<string> texts)
    {
        if (body is not null && body.RootElement.TryGetProperty(member, out var value) && CanonicalJson.IsUnicode(value))
        {
            Collect(value, texts);
        }
    }

    private static void Collect(JsonElement value, List<string> texts)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                texts.Add(value.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var element in value.EnumerateArray())
                {
                    Collect(element, texts);
                }

                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject().Where(member => !Labels.Contains(member.Name)))
                {
                    Collect(member.Value, texts);
                }

                break;
        }
    }

    private static bool HasWord(string text, string word)
    {
        for (var at = 0; (at = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + word.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
