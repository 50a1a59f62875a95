using LlmGateway.Console.Api;
using LlmGateway.Console.Prompts;
using Microsoft.AspNetCore.Components;

namespace LlmGateway.Console.Playground;

public sealed partial class PlaygroundPage : IDisposable
{
    private readonly List<RunningAnswer> _answers = [];
    private CancellationTokenSource? _end;
    private GatewayException? _failure;
    private LoggedCall? _origin;
    private bool _saving;

    [Inject]
    private GatewayApi Api { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [SupplyParameterFromQuery]
    public string? Model { get; set; }

    /// <summary>The second model; null for none, empty for one that is not chosen yet.</summary>
    [SupplyParameterFromQuery]
    public string? Second { get; set; }

    /// <summary>A logged call to begin with.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    /// <summary>A prompt's name or id.</summary>
    [SupplyParameterFromQuery]
    public string? Prompt { get; set; }

    /// <summary>Its version or label.</summary>
    [SupplyParameterFromQuery]
    public string? Version { get; set; }

    private bool IsRunning => _answers.Exists(answer => answer.IsRunning);

    public void Dispose()
    {
        _end?.Cancel();
        _end?.Dispose();
    }

    private static bool HasParameters(BenchDraft draft) => draft.Parameters.ToJson().Count > 0 || draft.Parameters.Tools.Length > 0 || draft.Parameters.ResponseFormat.Length > 0;

    private async Task<BenchDraft> LoadAsync(CancellationToken cancellationToken)
    {
        _origin = null;
        if (Prompt is { Length: > 0 } prompt)
        {
            return BenchDraft.Of(await Api.GetAsync<PromptVersion>($"/v1/prompts/{Uri.EscapeDataString(prompt)}/versions/{Uri.EscapeDataString(Version ?? Prompts.Prompt.Latest)}", cancellationToken));
        }

        if (From is not { Length: > 0 } from)
        {
            return BenchDraft.Empty;
        }

        _origin = await Api.GetAsync<LoggedCall>($"/v1/inferences/{Uri.EscapeDataString(from)}", cancellationToken);
        Model ??= _origin.Model ?? _origin.RequestedModel;
        return _origin.ToDraft() ?? throw DraftJson.Wrong($"The call {from} has no messages to begin with: its body was not kept, or it is of another kind ({_origin.Operation}).", "from");
    }

    /// <summary>The models stand in the address.</summary>
    private void Choose(string? model, string? second)
    {
        (Model, Second) = (model, second);
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["model"] = model, ["second"] = second }), replace: true);
    }

    private async Task RunAsync(BenchDraft draft)
    {
        _failure = null;
        try
        {
            var models = Second is { Length: > 0 } second ? new[] { Model, second } : [Model];
            var requests = models.Select(model => (model, draft.ToRequest(model))).ToList();
            _end?.Dispose();
            _end = new CancellationTokenSource();
            _answers.Clear();
            _answers.AddRange(requests.Select(request => new RunningAnswer(Api, request.model ?? draft.Prompt?.Version.Model, request.Item2)));
        }
        catch (GatewayException failure)
        {
            _failure = failure;
            return;
        }

        StateHasChanged();
        await Task.WhenAll(_answers.Select(answer => answer.RunAsync(_end.Token)));
    }

    private void Stop() => _end?.Cancel();

    /// <summary>The first answer becomes a message, and the user's turn comes.</summary>
    private void Continue(BenchDraft draft)
    {
        draft.Messages.Add(new DraftMessage { Role = "assistant", Content = _answers[0].Text });
        draft.Messages.Add(new DraftMessage());
        _answers.Clear();
    }
}
