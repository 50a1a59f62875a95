using System.Globalization;
using System.Text.Json;
using LlmGateway.Console.Api;
using LlmGateway.Console.Parts;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.FineTuning;

/// <summary>A job's measurements by step, for one open page: each look asks for what came since the last alone.</summary>
internal sealed class TrainingCurves(GatewayApi api, string jobId) : IDisposable
{
    private const int PageSize = 100;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly Curve _trainLoss = new(), _validLoss = new(), _fullLoss = new(), _trainAccuracy = new(), _validAccuracy = new(), _fullAccuracy = new();
    private string? _last;
    private bool _isComplete;

    public void Dispose() => _reading.Dispose();

    /// <param name="resultFile">Where an ended job has all of them; null while it trains.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<TrainingPicture> ReadAsync(string? resultFile, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        try
        {
            if (!_isComplete)
            {
                await (_last is null && resultFile is not null ? ReadFileAsync(resultFile, cancellationToken) : ReadEventsAsync(cancellationToken));
                _isComplete = resultFile is not null;
            }

            return Draw();
        }
        finally
        {
            // Who left the page has disposed of it.
            if (!cancellationToken.IsCancellationRequested)
            {
                _reading.Release();
            }
        }
    }

    private TrainingPicture Draw() => new(
        [new("Training", _trainLoss.Points), new("Validation, all", _fullLoss.Points), new("Validation, a batch", _validLoss.Points)],
        [new("Training", _trainAccuracy.Points), new("Validation, all", _fullAccuracy.Points), new("Validation, a batch", _validAccuracy.Points)]);

    private async Task ReadEventsAsync(CancellationToken cancellationToken)
    {
        for (var more = true; more;)
        {
            var after = _last is null ? "" : $"&after={Uri.EscapeDataString(_last)}";
            var page = await api.GetAsync<ListPage<FineTuningJobEvent>>(
                $"/v1/fine_tuning/jobs/{Uri.EscapeDataString(jobId)}/events?order=asc&limit={PageSize.ToString(CultureInfo.InvariantCulture)}{after}", cancellationToken);
            foreach (var data in page.Data.Where(one => one.Type == "metrics").Select(one => one.Data).OfType<JsonElement>())
            {
                Add(data.Deserialize<FineTuningMetrics>(GatewayApi.Json)!);
            }

            (_last, more) = (page.LastId ?? _last, page.HasMore);
        }
    }

    /// <summary>OpenAI's columns: step, then training, a batch of the validation data, and all of it, each with loss and accuracy.</summary>
    private async Task ReadFileAsync(string file, CancellationToken cancellationToken)
    {
        var text = await api.GetTextAsync($"/v1/files/{Uri.EscapeDataString(file)}/content", cancellationToken);
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var cells = line.Split(',');
            Add(new FineTuningMetrics
            {
                Step = Cell(cells, 0),
                TrainLoss = Cell(cells, 1),
                TrainMeanTokenAccuracy = Cell(cells, 2),
                ValidLoss = Cell(cells, 3),
                ValidMeanTokenAccuracy = Cell(cells, 4),
                FullValidLoss = Cell(cells, 5),
                FullValidMeanTokenAccuracy = Cell(cells, 6),
            });
        }
    }

    private static double? Cell(string[] cells, int column) =>
        column < cells.Length && double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private void Add(FineTuningMetrics metrics)
    {
        if (metrics.Step is not { } step)
        {
            return;
        }

        _trainLoss.Add(step, metrics.TrainLoss);
        _validLoss.Add(step, metrics.ValidLoss);
        _fullLoss.Add(step, metrics.FullValidLoss);
        _trainAccuracy.Add(step, metrics.TrainMeanTokenAccuracy);
        _validAccuracy.Add(step, metrics.ValidMeanTokenAccuracy);
        _fullAccuracy.Add(step, metrics.FullValidMeanTokenAccuracy);
    }
}

/// <summary>Loss and accuracy by step.</summary>
internal sealed record TrainingPicture(IReadOnlyList<ChartSeries> Losses, IReadOnlyList<ChartSeries> Accuracies)
{
    public bool IsEmpty => Losses.All(series => series.Points.Count == 0);
}
