using System.Globalization;
using LlmGateway.Service;

namespace LlmGateway.Datasets.Storage.Partitions;

/// <summary>A part of a table that holds the ids of some whole days. Its name tells them: <c>inferences_20260105_20260112</c>.</summary>
/// <param name="Table">The table it is a part of.</param>
/// <param name="Start">The first day.</param>
/// <param name="End">The day behind the last one.</param>
internal sealed record Partition(string Table, DateOnly Start, DateOnly End)
{
    private const string DayFormat = "yyyyMMdd";

    public string Name => string.Create(CultureInfo.InvariantCulture, $"{Table}_{Start:yyyyMMdd}_{End:yyyyMMdd}");

    /// <summary>Inclusive.</summary>
    public Guid FirstId => LowestId(Start);

    /// <summary>Exclusive.</summary>
    public Guid EndId => LowestId(End);

    /// <summary>The first partition of a table; widths count from 1970, so that every worker finds the same one.</summary>
    public static Partition At(string table, DateOnly day, int days)
    {
        var start = day.AddDays(-(day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) % days);
        return new Partition(table, start, start.AddDays(days));
    }

    /// <summary>Where this one ends, also if widths have changed since: there is never a gap.</summary>
    public Partition Next(int days) => new(Table, End, End.AddDays(days));

    /// <summary>Null for the default partition, and for what somebody else attached.</summary>
    public static Partition? Parse(string table, string name) =>
        name.Length > table.Length && name[(table.Length + 1)..].Split('_') is [var start, var end]
        && DateOnly.TryParseExact(start, DayFormat, out var first) && DateOnly.TryParseExact(end, DayFormat, out var last)
            ? new Partition(table, first, last)
            : null;

    private static Guid LowestId(DateOnly day) => RowIds.Lowest(new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero));
}
