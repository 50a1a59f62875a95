using System.Text.Json.Serialization;
using LlmGateway.Service;
using LlmGateway.Text.Metrics;

namespace LlmGateway.Retrieval.Evaluations;

/// <summary>A query, and what it should find: files, or passages of files.</summary>
/// <param name="Query">1 to 4,096 characters.</param>
/// <param name="Relevant">Files that answer it; by default those of the spans.</param>
/// <param name="Spans">Passages that answer it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JudgedQuery(string? Query, IReadOnlyList<JudgedFile>? Relevant, IReadOnlyList<JudgedSpan>? Spans)
{
    public const int MaxLength = 4096;
    private const int MaxJudgments = 1000;

    /// <summary>The gain of each judged file.</summary>
    public IReadOnlyDictionary<string, double> Gains() =>
        (Relevant ?? Spans!.Select(span => new JudgedFile(span.FileId, null)).ToList())
            .GroupBy(judged => judged.FileId!).ToDictionary(group => group.Key, group => group.Max(judged => judged.Relevance ?? 1));

    /// <summary>The passages; none where only files were judged.</summary>
    public IReadOnlyList<DocumentSpan> Passages() => [.. (Spans ?? []).Select(span => new DocumentSpan(span.FileId!, span.Start, span.End))];

    /// <summary>Every file that is named, with the field that names it.</summary>
    public IEnumerable<(string FileId, string Param)> Files(string param) =>
        (Relevant ?? []).Select((judged, place) => (judged.FileId!, $"{param}.relevant[{place}].file_id"))
            .Concat((Spans ?? []).Select((span, place) => (span.FileId!, $"{param}.spans[{place}].file_id")));

    /// <exception cref="ApiException">A field is malformed (400).</exception>
    public void Check(string param)
    {
        if (string.IsNullOrWhiteSpace(Query) || Query.Length > MaxLength)
        {
            throw RequestField.Invalid($"{param}.query", $"expected a text of 1 to {MaxLength} characters");
        }

        var judgments = (Relevant?.Count ?? 0) + (Spans?.Count ?? 0);
        if (judgments is 0 or > MaxJudgments)
        {
            throw RequestField.Invalid($"{param}.relevant", $"expected 1 to {MaxJudgments} relevant files or 'spans'");
        }

        foreach (var (place, judged) in (Relevant ?? []).Index())
        {
            CheckFile(judged.FileId, $"{param}.relevant[{place}].file_id");
            if (judged.Relevance is { } relevance && (!double.IsFinite(relevance) || relevance is < 0 or > 100))
            {
                throw RequestField.Invalid($"{param}.relevant[{place}].relevance", "expected 0 to 100");
            }
        }

        foreach (var (place, span) in (Spans ?? []).Index())
        {
            CheckFile(span.FileId, $"{param}.spans[{place}].file_id");
            if (span.Start < 0 || span.End <= span.Start)
            {
                throw RequestField.Invalid($"{param}.spans[{place}].end", "expected 0 <= start < end, in characters of the file's text");
            }
        }
    }

    private static void CheckFile(string? id, string param)
    {
        if (id is not { Length: > 0 and <= 64 })
        {
            throw RequestField.Invalid(param, "expected the id of a file in the store");
        }
    }
}

/// <param name="FileId">A file of the store.</param>
/// <param name="Relevance">The gain, 0 to 100; the default is 1, and 0 is not relevant.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JudgedFile(string? FileId, double? Relevance);

/// <param name="FileId">A file of the store.</param>
/// <param name="Start">First character in the file's text.</param>
/// <param name="End">Behind the last character.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JudgedSpan(string? FileId, int Start, int End);
