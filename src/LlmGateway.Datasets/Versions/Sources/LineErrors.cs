using LlmGateway.Service;

namespace LlmGateway.Datasets.Versions.Sources;

/// <summary>The lines of a file that cannot be used: all are counted, the first of them are told.</summary>
internal sealed class LineErrors
{
    private const int Told = 20;
    private readonly List<string> _first = [];
    private int _count;

    public bool Any => _count > 0;

    public void Add(int line, string message)
    {
        _count++;
        if (_first.Count < Told)
        {
            _first.Add($"line {line}: {message}");
        }
    }

    /// <param name="lines">How many there were at all.</param>
    public ApiError ToError(int lines) => ApiErrors.BadRequest(
        $"{_count} of {lines} lines cannot be used, and nothing was made. {string.Join("; ", _first)}{(_count > Told ? "; …" : "")}",
        "source.file_id",
        "invalid_file");
}
