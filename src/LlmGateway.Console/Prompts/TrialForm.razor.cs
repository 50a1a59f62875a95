using LlmGateway.Console.Api;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Components;

namespace LlmGateway.Console.Prompts;

public sealed partial class TrialForm
{
    private const string Example = """
        curl $OPENAI_BASE_URL/datasets -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" -d '{"name": "intents"}'
        echo '{"input": "I want my money back", "reference": "refund"}' > items.jsonl
        curl $OPENAI_BASE_URL/files -H "Authorization: Bearer $OPENAI_API_KEY" -F purpose=evals -F file=@items.jsonl
        curl $OPENAI_BASE_URL/datasets/ds_…/versions -H "Authorization: Bearer $OPENAI_API_KEY" -H "Content-Type: application/json" \
          -d '{"source": {"type": "file", "file_id": "file-…"}}'
        """;

    private const string CriteriaHint = """[{"type": "exact_match", "name": "intent", "reference": "{{ item.reference }}"}]""";

    private static readonly string[] HeldOut = ["test", "validation"];

    private readonly TrialPlan _plan = new();
    private IReadOnlyList<Datasets.DatasetVersion> _versions = [];
    private IReadOnlyList<string> _required = [];
    private Datasets.DatasetItem? _item;
    private GatewayException? _failure;
    private bool _reuse = true;
    private bool _starting;

    [Inject]
    private GatewayApi Api { get; set; } = null!;

    [Parameter, EditorRequired]
    public required Prompt Prompt { get; set; }

    [Parameter]
    public int? From { get; set; }

    [Parameter]
    public int? To { get; set; }

    [Parameter]
    public string? Dataset { get; set; }

    [Parameter]
    public string? Eval { get; set; }

    [Parameter]
    public EventCallback<StartedTrial> OnStarted { get; set; }

    private Datasets.DatasetVersion? Chosen => _versions.FirstOrDefault(version => version.Id == _plan.DatasetVersion);

    private int Items => Chosen is not { } version ? 0 : _plan.Split.Length > 0 ? version.Splits.GetValueOrDefault(_plan.Split) : version.ItemCount;

    protected override void OnInitialized()
    {
        _plan.Candidate = To ?? Prompt.LatestVersion;
        _plan.Baseline = From ?? Prompt.DeployedVersion ?? Math.Max(1, _plan.Candidate - 1);
    }

    private async Task<TrialChoices> LoadChoicesAsync(CancellationToken cancellationToken)
    {
        var datasets = await Api.GetAsync<ListPage<Datasets.Dataset>>("/v1/datasets?limit=100", cancellationToken);
        var evals = await Api.GetAsync<ListPage<Evals.Eval>>("/v1/evals?limit=50&order=desc", cancellationToken);
        var choices = new TrialChoices([.. datasets.Data.Where(dataset => dataset is { Archived: false, LatestVersion: not null })], evals.Data);
        _plan.Eval = choices.Evals.Any(eval => eval.Id == Eval) ? Eval! : "";
        if (choices.Datasets is [var first, ..])
        {
            await ReadDatasetAsync(choices.Datasets.Any(dataset => dataset.Id == Dataset) ? Dataset! : first.Id, cancellationToken);
        }

        await ReadRequiredAsync(cancellationToken);
        return choices;
    }

    private Task ChooseDatasetAsync(ChangeEventArgs changed) => TryAsync(() => ReadDatasetAsync((string)changed.Value!, CancellationToken.None));

    private Task ChooseVersionAsync(ChangeEventArgs changed) => TryAsync(() => ReadVersionAsync((string)changed.Value!, CancellationToken.None));

    private Task ChooseCandidateAsync(int version)
    {
        _plan.Candidate = version;
        return TryAsync(() => ReadRequiredAsync(CancellationToken.None));
    }

    private Task ChooseBaselineAsync(int version)
    {
        _plan.Baseline = version;
        return TryAsync(() => ReadRequiredAsync(CancellationToken.None));
    }

    /// <summary>What neither version can do without, and no item of a dataset has.</summary>
    private async Task ReadRequiredAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        foreach (var number in new[] { _plan.Baseline, _plan.Candidate }.Distinct())
        {
            var version = await Api.GetAsync<PromptVersion>($"/v1/prompts/{Prompt.Id}/versions/{number}", cancellationToken);
            names.AddRange(version.Required.Select(variable => variable.Name));
        }

        _required = [.. names.Distinct()];
    }

    private async Task ReadDatasetAsync(string dataset, CancellationToken cancellationToken)
    {
        _plan.Dataset = dataset;
        _versions = (await Api.GetAsync<ListPage<Datasets.DatasetVersion>>($"/v1/datasets/{dataset}/versions?limit=100", cancellationToken)).Data;
        if (_versions.Count > 0)
        {
            await ReadVersionAsync(_versions.MaxBy(version => version.Version)!.Id, cancellationToken);
        }
    }

    private async Task ReadVersionAsync(string version, CancellationToken cancellationToken)
    {
        _plan.DatasetVersion = version;
        // What a model learned from says little of it.
        _plan.Split = HeldOut.FirstOrDefault(split => Chosen?.Splits.ContainsKey(split) == true) ?? "";
        var items = await Api.GetAsync<ListPage<Datasets.DatasetItem>>($"/v1/datasets/{_plan.Dataset}/versions/{version}/items?limit=1", cancellationToken);
        _item = items.Data.Count > 0 ? items.Data[0] : null;
        _plan.FitTo(_item);
    }

    private async Task StartAsync()
    {
        _starting = true;
        await TryAsync(async () =>
        {
            var dataset = await Api.GetAsync<Datasets.Dataset>($"/v1/datasets/{_plan.Dataset}");
            var isQuick = _plan.Eval.Length == 0;
            var eval = isQuick ? (await Api.PostAsync<Evals.Eval>("/v1/evals", _plan.QuickEval(Prompt.Name, dataset.Name))).Id : _plan.Eval;
            try
            {
                var done = _reuse && !isQuick ? (await Api.GetAsync<ListPage<TrialRun>>($"/v1/evals/{eval}/runs?limit=100&order=desc&status=completed")).Data : [];
                var baseline = await RunAsync(eval, _plan.Baseline, done);
                var candidate = await RunAsync(eval, _plan.Candidate, done);
                await OnStarted.InvokeAsync(new StartedTrial(_plan, eval, baseline, candidate));
            }
            catch (GatewayException) when (isQuick)
            {
                // It was made for these runs alone, and one of them was refused.
                await Api.DeleteAsync($"/v1/evals/{eval}");
                throw;
            }
        });
        _starting = false;
    }

    /// <summary>The run's id.</summary>
    private async Task<string> RunAsync(string eval, int version, IReadOnlyList<TrialRun> done) =>
        done.FirstOrDefault(run => _plan.IsOf(run, Prompt.Name, version))?.Id
        ?? (await Api.PostAsync<TrialRun>($"/v1/evals/{eval}/runs", _plan.Run(Prompt.Name, version))).Id;

    private async Task TryAsync(Func<Task> what)
    {
        try
        {
            await what();
            _failure = null;
        }
        catch (GatewayException failure)
        {
            _failure = failure;
        }
    }

    private sealed record TrialChoices(IReadOnlyList<Datasets.Dataset> Datasets, IReadOnlyList<Evals.Eval> Evals);
}
