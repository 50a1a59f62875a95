using System.Text.Json;
using LlmGateway.Evaluation.Models;

namespace LlmGateway.Evaluation.Judges.Ragas;

/// <summary>Breaks texts into claims, and judges each against another text: the two questions that most of these metrics ask.</summary>
internal static class Claims
{
    private const int MostClaims = 100;

    private static readonly AnswerForm<IReadOnlyList<string>> ListForm = new("""{"claims": ["<claim>", …]}, with an empty list where there are none""", ReadClaims);

    private static readonly string ListPrompt =
        $"Break the text into the claims that it makes. Each is a short sentence that states one fact and can be understood by itself, so put names for pronouns. Leave out what states nothing. {ListForm.Instruction}";

    private const string VerdictPrompt =
        "Decide of each numbered claim whether it follows from the text. Go by the text alone, and not by what you know.";

    private const string VerdictShape =
        """{"verdicts": [{"claim": <its number>, "reason": "<why, in a sentence>", "supported": true or false}]}, each claim once""";

    /// <summary>The fixed words of both questions.</summary>
    public static readonly string Prompt = $"{ListPrompt}\n{VerdictPrompt} {VerdictShape}";

    /// <summary>The claims of a text, without empty ones.</summary>
    /// <param name="session">The judge.</param>
    /// <param name="question">What the text answers; null where it answers none.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="ModelException">The judge's answer cannot be read, or has more than 100 claims.</exception>
    public static async Task<IReadOnlyList<string>> ExtractAsync(JudgeSession session, string? question, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return [];
        }

        var claims = await session.AskAsync(
            [new("system", ListPrompt), new ChatText("user", $"{(question is null ? "" : $"Question that the text answers:\n{question}\n\n")}Text:\n{text}")], ListForm);
        return claims.Count <= MostClaims
            ? claims
            : throw new ModelException("too_many_claims", $"The judge found {claims.Count} claims in one text; up to {MostClaims} are judged.");
    }

    /// <summary>A verdict for each claim, in order. Nothing follows from no text, for which no judge is asked.</summary>
    /// <exception cref="ModelException">The judge's answer cannot be read.</exception>
    public static async Task<IReadOnlyList<ClaimVerdict>> JudgeAsync(JudgeSession session, IReadOnlyList<string> claims, string text)
    {
        if (claims.Count == 0 || string.IsNullOrWhiteSpace(text))
        {
            return [.. claims.Select(claim => new ClaimVerdict(claim, false, "There is no text that it could follow from."))];
        }

        var form = new AnswerForm<IReadOnlyList<ClaimVerdict>>(VerdictShape, answer => ReadVerdicts(answer, claims));
        var numbered = string.Join('\n', claims.Select((claim, index) => $"{index + 1}. {claim}"));
        return await session.AskAsync(
            [new("system", $"{VerdictPrompt} {form.Instruction}"), new ChatText("user", $"Text:\n{text}\n\nClaims:\n{numbered}")], form);
    }

    private static List<string>? ReadClaims(JsonElement answer) =>
        answer.TryGetProperty("claims", out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(claim => claim.ValueKind == JsonValueKind.String)
            ? [.. list.EnumerateArray().Select(claim => claim.GetString()!.Trim()).Where(claim => claim.Length > 0)]
            : null;

    /// <summary>Null where there is not exactly one verdict for each claim.</summary>
    private static List<ClaimVerdict>? ReadVerdicts(JsonElement answer, IReadOnlyList<string> claims)
    {
        var verdicts = new ClaimVerdict?[claims.Count];
        foreach (var entry in answer.FindObjects("verdicts") ?? [])
        {
            if (entry.FindWhole("claim") is not { } number || number < 1 || number > claims.Count || verdicts[number - 1] is not null
                || entry.FindTruth("supported") is not { } supported)
            {
                return null;
            }

            verdicts[number - 1] = new ClaimVerdict(claims[number - 1], supported, entry.FindText("reason"));
        }

        return verdicts.OfType<ClaimVerdict>().ToList() is { } all && all.Count == claims.Count ? all : null;
    }
}

/// <summary>A claim, and whether it follows from a text.</summary>
internal sealed record ClaimVerdict(string Claim, bool Supported, string? Reason);
