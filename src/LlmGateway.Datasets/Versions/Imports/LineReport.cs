using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Imports;

/// <summary>What became of a file's lines: all that cannot be used are counted, the first of them told.</summary>
/// <param name="knowsIds">Whether a line whose id was there before cannot be used; else whoever makes the items finds it.</param>
internal sealed class LineReport(bool knowsIds)
{
    /// <summary>Errors that a report holds.</summary>
    private const int Listed = 100;

    /// <summary>Errors that a refusal's message names.</summary>
    private const int Told = 20;

    private readonly List<LineError> _errors = [];
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    /// <summary>Lines that are not empty; of CSV, records without the header.</summary>
    public int Read { get; private set; }

    public int Kept => Read - Refused;

    public int Refused { get; private set; }

    /// <summary>The first 100.</summary>
    public IReadOnlyList<LineError> Errors => _errors;

    /// <summary>Reads one line.</summary>
    /// <param name="line">Its number, from 1.</param>
    /// <param name="parse">What reads it.</param>
    /// <returns>Null if it cannot be used.</returns>
    public ItemDraft? Take(int line, Func<ItemDraft> parse)
    {
        Read++;
        try
        {
            var item = parse();
            return !knowsIds || item.Id is not { } id || _ids.Add(id) ? item : throw new LineException($"the id '{id}' was there before");
        }
        catch (LineException exception)
        {
            Refused++;
            if (_errors.Count < Listed)
            {
                _errors.Add(new LineError(line, exception.Message));
            }

            return null;
        }
    }

    /// <param name="hint">What may be wrong with all of them; empty for nothing.</param>
    public ApiError ToError(string hint = "") => ApiErrors.BadRequest(
        $"{Refused} of {Read} lines cannot be used, and nothing was made.{(Kept == 0 ? hint : "")} {string.Join("; ", _errors.Take(Told))}{(Refused > Told ? "; …" : "")}",
        "source.file_id",
        "invalid_file");
}

/// <summary>What is wrong with a line; as text <c>line 3: …</c>.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Message">Names the field.</param>
internal sealed record LineError(int Line, string Message)
{
    public override string ToString() => $"line {Line}: {Message}";
}
