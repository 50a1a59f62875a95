using System.Text;
using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Judges.Examples;

/// <summary>
/// What people judged, shown to a judge so that it judges alike: a list of <c>{"input", "output", "label"}</c>, or the first
/// items of a dataset's version, whose <c>reference</c> is the label and whose <c>metadata.output</c> is the output.
/// </summary>
internal sealed class JudgeExamples
{
    private const int MostExamples = 32;
    private const int DefaultCount = 8;
    private const int LongestId = 200;

    private readonly Lock _lock = new();
    private readonly Func<Caller, Task<string>> _read;
    private Task<string>? _text;

    private JudgeExamples(Func<Caller, Task<string>> read) => _read = read;

    /// <summary>Null where none are asked for.</summary>
    /// <exception cref="ApiException">They are malformed, or a label is none that the judge may give (400).</exception>
    public static JudgeExamples? Read(JsonFields fields, DatasetsClient datasets, ExampleLabels labels)
    {
        const string Name = "examples";
        switch (fields.Find(Name)?.ValueKind)
        {
            case null:
                return null;
            case JsonValueKind.Array:
                var text = Write(fields.List(Name, 1, MostExamples).Select(entry => JudgeExample.Read(JsonFields.Of(entry.Element, entry.Path), labels)));
                return new JudgeExamples(_ => Task.FromResult(text));
            default:
                var source = fields.Object(Name).Only("dataset_id", "version", "split", "k");
                var dataset = ReadDataset(source);
                var count = source.FindInteger("k", 1, MostExamples) ?? DefaultCount;
                return new JudgeExamples(async caller => Write(await ReadAsync(dataset, count, datasets, caller with { Scopes = Scopes.Data }, labels)));
        }
    }

    /// <summary>The instruction with the examples behind it, where there are any.</summary>
    /// <exception cref="ModelException">The dataset cannot be read, or holds what is no example.</exception>
    public static async Task<string> AppendAsync(string instruction, JudgeExamples? examples, JudgeSession session) => examples is null
        ? instruction
        : $"{instruction}\n\nPeople judged these; judge alike.\n{await examples.TextAsync(session.Caller).WaitAsync(session.CancellationToken)}";

    private static DatasetSource ReadDataset(JsonFields fields)
    {
        var version = fields.Text("version", LongestId);
        return version != DatasetSource.Latest
            ? new DatasetSource(fields.Text("dataset_id", LongestId), version, fields.FindText("split", LongestId), fields.At("dataset_id"))
            : throw JsonFields.Invalid($"'{fields.At("version")}' must name one version: a judge whose examples change is another judge.", fields.At("version"));
    }

    /// <summary>Read once; what failed is tried again for the next item.</summary>
    private Task<string> TextAsync(Caller caller)
    {
        lock (_lock)
        {
            if (_text is null or { IsFaulted: true })
            {
                _text = _read(caller);
            }

            return _text;
        }
    }

    private static async Task<IReadOnlyList<JudgeExample>> ReadAsync(
        DatasetSource dataset, int count, DatasetsClient datasets, Caller caller, ExampleLabels labels)
    {
        try
        {
            var items = await dataset.ReadAsync(datasets, caller, CancellationToken.None).Take(count).ToListAsync();
            return items.Count > 0
                ? [.. items.Select(item => JudgeExample.Read(item, labels))]
                : throw new ModelException("invalid_examples", $"The dataset '{dataset.Id}' has no item to take examples from.");
        }
        catch (Exception exception) when (exception is SourceException or HttpRequestException)
        {
            throw new ModelException("invalid_examples", $"The examples of the dataset '{dataset.Id}' cannot be read: {exception.Message}");
        }
    }

    private static string Write(IEnumerable<JudgeExample> examples)
    {
        var text = new StringBuilder();
        foreach (var example in examples)
        {
            text.Append(example.Input is null ? "" : $"\nInput: {example.Input}")
                .Append(example.Output is null ? "" : $"\nOutput: {example.Output}")
                .Append('\n').Append("Judgement: ").Append(example.Answer).Append('\n');
        }

        return text.ToString();
    }
}
