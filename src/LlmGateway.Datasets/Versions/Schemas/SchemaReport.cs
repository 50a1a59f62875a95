using System.Text.Json.Serialization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Schemas;

/// <summary>What a dataset's schemas found in a version's items: all that do not fit are counted, the first of them told.</summary>
internal sealed class SchemaReport
{
    /// <summary>Errors that a report holds.</summary>
    private const int Listed = 100;

    /// <summary>Errors that a refusal's message names.</summary>
    private const int Told = 20;

    private readonly List<SchemaMismatch> _errors = [];

    public int Checked { get; private set; }

    public int Refused { get; private set; }

    /// <summary>The first 100.</summary>
    public IReadOnlyList<SchemaMismatch> Errors => _errors;

    /// <summary>Counts the next item.</summary>
    /// <param name="line">Its line in a file, if it has one.</param>
    /// <param name="faults">What is wrong with it.</param>
    /// <returns>Whether nothing is.</returns>
    public bool Take(int? line, IReadOnlyList<string> faults)
    {
        Checked++;
        if (faults.Count == 0)
        {
            return true;
        }

        Refused++;
        if (_errors.Count < Listed)
        {
            _errors.Add(new SchemaMismatch(Checked, line, string.Join(", ", faults)));
        }

        return false;
    }

    public ApiError ToError() => ApiErrors.BadRequest(
        $"{Refused} of {Checked} items are not what the dataset's schemas ask for, and nothing was made. {string.Join("; ", _errors.Take(Told))}{(Refused > Told ? "; …" : "")}",
        "source",
        "schema_mismatch");
}

/// <summary>An item that does not fit; as text <c>line 3: input#/city: StringExpected</c>.</summary>
/// <param name="Item">Its place in the source, from 1.</param>
/// <param name="Line">Its line in the file that it was made from.</param>
/// <param name="Message">Paths in the item and what is wrong there, without the item's words.</param>
internal sealed record SchemaMismatch(int Item, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Line, string Message)
{
    public override string ToString() => Line is { } line ? $"line {line}: {Message}" : $"item {Item}: {Message}";
}
