using System.Text;
using System.Text.Json;
using LlmGateway.Evaluation.Graders;

namespace LlmGateway.Evaluation.Comparisons;

/// <summary>
/// Takes out of output items' JSON only the few numbers that are compared: a run may have a hundred thousand items, and their
/// reasons and details are most of it.
/// </summary>
/// <param name="criteria">The testing criteria that are read.</param>
internal sealed class ResultsReader(IReadOnlyList<IGrader> criteria)
{
    private readonly byte[][] _criteria = [.. criteria.Select(grader => Encoding.UTF8.GetBytes(grader.Name))];
    private readonly bool[] _seen = new bool[criteria.Count];

    /// <summary>Adds a repetition's results. A criterion without a result is an error: its sample could not be had.</summary>
    public void ReadResults(string json, ScoredItem item)
    {
        Array.Clear(_seen);
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            ReadResult(ref reader, item);
        }

        for (var criterion = 0; criterion < _seen.Length; criterion++)
        {
            if (!_seen[criterion])
            {
                item[criterion].AddError();
            }
        }
    }

    /// <summary>Adds a sample's latency and cost.</summary>
    public static void ReadSample(string json, ScoredItem item)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("latency_ms"u8))
            {
                item.LatencyMs.Add(ReadNumber(ref reader));
            }
            else if (reader.ValueTextEquals("cost_usd"u8))
            {
                item.CostUsd.Add(ReadNumber(ref reader));
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadResult(ref Utf8JsonReader reader, ScoredItem item)
    {
        var (criterion, score, passed, isError) = (-1, (double?)null, false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                criterion = Find(ref reader);
            }
            else if (reader.ValueTextEquals("score"u8))
            {
                score = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("passed"u8))
            {
                reader.Read();
                passed = reader.TokenType == JsonTokenType.True;
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                isError = reader.TokenType != JsonTokenType.Null;
                reader.Skip();
            }
            else if (reader.ValueTextEquals("labels"u8) && criterion >= 0)
            {
                reader.Read();
                ReadLabels(ref reader, item, criterion);
            }
            else
            {
                reader.Skip();
            }
        }

        Add(item, criterion, score, passed, isError);
    }

    private static void ReadLabels(ref Utf8JsonReader reader, ScoredItem item, int criterion)
    {
        var (actual, predicted) = ((string?)null, (string?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isActual = reader.ValueTextEquals("actual"u8);
            reader.Read();
            (actual, predicted) = isActual ? (reader.GetString(), predicted) : (actual, reader.GetString());
        }

        if (actual is not null)
        {
            item.SetLabels(criterion, new LabelPair(actual, predicted));
        }
    }

    private void Add(ScoredItem item, int criterion, double? score, bool passed, bool isError)
    {
        if (criterion < 0)
        {
            return;
        }

        _seen[criterion] = true;
        if (isError)
        {
            item[criterion].AddError();
        }
        else if (score is { } value)
        {
            item[criterion].AddScore(value, passed);
        }
    }

    private int Find(ref Utf8JsonReader name)
    {
        for (var criterion = 0; criterion < _criteria.Length; criterion++)
        {
            if (name.ValueTextEquals(_criteria[criterion]))
            {
                return criterion;
            }
        }

        return -1;
    }

    private static double? ReadNumber(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number ? reader.GetDouble() : null;
    }
}
