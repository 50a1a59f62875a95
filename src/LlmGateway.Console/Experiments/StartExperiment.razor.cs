using System.Text.Json.Nodes;
using LlmGateway.Console.Api;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Components;

namespace LlmGateway.Console.Experiments;

public partial class StartExperiment
{
    private const string Control = "control";
    private static readonly string[] Kinds = ["canary", "static", "adaptive"];
    private string _allocation = "canary", _treatment = "treatment", _optimize = "max", _unit = "episode";
    private string? _name, _route, _model, _prompt, _promptVersion, _metric;
    private double _share = 0.5;
    private double? _temperature, _effect = 0.05;
    private int? _minUnits;

    /// <summary>The model that is tried first, from its own page.</summary>
    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [Inject]
    private GatewayApi Api { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    protected override void OnInitialized() => _model = Model;

    private async Task<Choices> LoadAsync(CancellationToken cancellationToken)
    {
        var models = await Api.GetAsync<ListPage<Named>>("/v1/models", cancellationToken);
        var prompts = await Api.GetAsync<ListPage<PromptChoice>>("/v1/prompts?limit=100", cancellationToken);
        return new Choices([.. models.Data.Select(model => model.Id)], prompts.Data);
    }

    private async Task StartAsync()
    {
        var experiment = await Api.PostAsync<Experiment>("/v1/experiments", Body());
        Navigation.NavigateTo($"experiments/{experiment.Id}");
    }

    private JsonObject Body()
    {
        var (control, treatment) = (new JsonObject { ["name"] = Control }, Treatment());
        if (_allocation == "static")
        {
            control["weight"] = Math.Round(1 - _share, 6);
            treatment["weight"] = _share;
        }

        return new JsonObject
        {
            ["name"] = _name,
            ["model"] = _route,
            ["allocation"] = _allocation,
            ["variants"] = new JsonArray(control, treatment),
            ["unit"] = _unit,
            ["goal"] = new JsonObject { ["metric"] = _metric, ["optimize"] = _optimize, ["effect"] = _effect },
            ["min_units"] = _minUnits,
        };
    }

    private JsonObject Treatment()
    {
        var treatment = new JsonObject { ["name"] = _treatment };
        if (!string.IsNullOrWhiteSpace(_model))
        {
            treatment["model"] = _model;
        }

        if (_prompt is not null)
        {
            treatment["prompt"] = string.IsNullOrWhiteSpace(_promptVersion)
                ? new JsonObject { ["id"] = _prompt }
                : new JsonObject { ["id"] = _prompt, ["version"] = _promptVersion.Trim() };
        }

        if (_temperature is { } temperature)
        {
            treatment["parameters"] = new JsonObject { ["temperature"] = temperature };
        }

        return treatment;
    }

    private sealed record Choices(IReadOnlyList<string> Models, IReadOnlyList<PromptChoice> Prompts);

    private sealed record Named(string Id);

    private sealed record PromptChoice(string Id, string Name);
}
