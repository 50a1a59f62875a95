using System.Globalization;
using System.Text.Json.Nodes;
using LlmGateway.Console.Api;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Components;

namespace LlmGateway.Console.FineTuning;

public partial class StartJob
{
    private List<VersionChoice> _versions = [];
    private GatewayException? _failure;
    private bool _onFile;
    private bool _approval = true;
    private bool _allowLeakage;
    private string? _trainingFile, _validationFile, _split, _validationSplit, _suffix;
    private string? _model = "local/chat";
    private string _method = "supervised";
    private int? _version, _epochs, _batch;
    private double? _rate, _beta, _maxCost;
    private long? _seed;

    /// <summary>The dataset that is chosen first, from its own page.</summary>
    [SupplyParameterFromQuery]
    private string? Dataset { get; set; }

    [Inject]
    private GatewayApi Api { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private IEnumerable<string> Splits => _versions.FirstOrDefault(version => version.Version == _version)?.Splits?.Keys ?? [];

    private bool LacksSplits => !_onFile && _version is not null && !Splits.Any();

    private async Task<Choices> LoadAsync(CancellationToken cancellationToken)
    {
        var datasets = await Api.GetAsync<ListPage<DatasetChoice>>("/v1/datasets?limit=100", cancellationToken);
        var files = await Api.GetAsync<ListPage<FileChoice>>("/v1/files?purpose=fine-tune&limit=100", cancellationToken);
        var models = await Api.GetAsync<ListPage<ModelChoice>>("/v1/models", cancellationToken);
        var chosen = Dataset ?? (datasets.Data.Count > 0 ? datasets.Data[0].Id : null);
        _onFile = chosen is null && files.Data.Count > 0;
        if (chosen is not null)
        {
            await ChooseDatasetAsync(chosen);
        }

        return new Choices(datasets.Data, files.Data, [.. models.Data.Select(model => model.Id).Where(id => !id.EndsWith("/embedding", StringComparison.Ordinal))]);
    }

    private async Task ChooseAsync(string dataset)
    {
        try
        {
            _failure = null;
            await ChooseDatasetAsync(dataset);
        }
        catch (GatewayException failure)
        {
            (_failure, _versions, _version, _split, _validationSplit) = (failure, [], null, null, null);
        }
    }

    private async Task ChooseDatasetAsync(string dataset)
    {
        Dataset = dataset;
        var versions = await Api.GetAsync<ListPage<VersionChoice>>($"/v1/datasets/{Uri.EscapeDataString(dataset)}/versions?limit=100");
        _versions = [.. versions.Data.Where(version => version.Status == "completed").OrderByDescending(version => version.Version)];
        _version = _versions.FirstOrDefault()?.Version;
        _split = Splits.Contains("train") ? "train" : Splits.FirstOrDefault();
        _validationSplit = Splits.Contains("validation") ? "validation" : null;
    }

    private static string Tell(VersionChoice version) =>
        version.Splits is { Count: > 0 } splits ? string.Join(", ", splits.Select(split => string.Create(CultureInfo.InvariantCulture, $"{split.Value:N0} {split.Key}"))) : "no splits";

    private async Task StartAsync()
    {
        var job = await Api.PostAsync<TuningJob>("/v1/fine_tuning/jobs", Body());
        Navigation.NavigateTo($"fine-tuning/{job.Id}");
    }

    private JsonObject Body()
    {
        var body = new JsonObject { ["model"] = _model, ["requires_approval"] = _approval };
        if (_onFile)
        {
            Set(body, "training_file", _trainingFile);
            Set(body, "validation_file", _validationFile);
        }
        else
        {
            var dataset = new JsonObject();
            Set(dataset, "id", Dataset);
            Set(dataset, "version", _version?.ToString(CultureInfo.InvariantCulture));
            Set(dataset, "split", _split);
            Set(dataset, "validation_split", _validationSplit);
            body["dataset"] = dataset;
            body["allow_leakage"] = _allowLeakage;
        }

        Set(body, "suffix", string.IsNullOrWhiteSpace(_suffix) ? null : _suffix.Trim());
        Set(body, "max_cost_usd", _maxCost);
        Set(body, "seed", _seed);
        body["method"] = new JsonObject { ["type"] = _method, [_method] = new JsonObject { ["hyperparameters"] = Hyperparameters() } };
        return body;
    }

    private JsonObject Hyperparameters()
    {
        var given = new JsonObject();
        Set(given, "n_epochs", _epochs);
        Set(given, "batch_size", _batch);
        Set(given, "learning_rate_multiplier", _rate);
        Set(given, "beta", _method == "dpo" ? _beta : null);
        return given;
    }

    private static void Set<T>(JsonObject body, string name, T? value)
    {
        if (value is not null)
        {
            body[name] = JsonValue.Create(value);
        }
    }

    private sealed record Choices(IReadOnlyList<DatasetChoice> Datasets, IReadOnlyList<FileChoice> Files, IReadOnlyList<string> Models);
}
