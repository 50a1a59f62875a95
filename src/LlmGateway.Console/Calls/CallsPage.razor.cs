using LlmGateway.Console.Parts;
using LlmGateway.OpenAI;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LlmGateway.Console.Calls;

/// <summary>
/// The newest calls, asked for again a second after each answer: however many come, the page makes one request and shows
/// <see cref="Size"/> rows at a time. While nobody sees it, and on older pages, it asks for nothing.
/// </summary>
public sealed partial class CallsPage
{
    private const int Size = 25;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private Part<ListPage<Call>>? _part;
    private DotNetObjectReference<CallsPage>? _self;
    private IAsyncDisposable? _watching;
    private bool _isSeen = true;
    private (CallFilter Filter, string? After)? _asked;
    private TimeSpan _took;
    private string _wanted = "";

    [SupplyParameterFromQuery]
    private string? Model { get; set; }

    [SupplyParameterFromQuery]
    private string? Outcome { get; set; }

    [SupplyParameterFromQuery]
    private string? Purpose { get; set; }

    [SupplyParameterFromQuery]
    private string? Operation { get; set; }

    [SupplyParameterFromQuery(Name = "key")]
    private string? KeyId { get; set; }

    [SupplyParameterFromQuery]
    private string? Prompt { get; set; }

    [SupplyParameterFromQuery]
    private string? Version { get; set; }

    [SupplyParameterFromQuery]
    private string? Experiment { get; set; }

    [SupplyParameterFromQuery(Name = "variant")]
    private string? VariantName { get; set; }

    [SupplyParameterFromQuery]
    private string? Parent { get; set; }

    [SupplyParameterFromQuery]
    private string? Metadata { get; set; }

    [SupplyParameterFromQuery]
    private string? Since { get; set; }

    [SupplyParameterFromQuery]
    private string? Until { get; set; }

    [SupplyParameterFromQuery]
    private string? After { get; set; }

    /// <summary><c>off</c> stops asking.</summary>
    [SupplyParameterFromQuery]
    private string? Live { get; set; }

    private CallFilter Filter => new()
    {
        Model = Model,
        Outcome = Outcome,
        Purpose = Purpose,
        Operation = Operation,
        Key = KeyId,
        Prompt = Prompt,
        Version = Version,
        Experiment = Experiment,
        Variant = VariantName,
        Parent = Parent,
        Metadata = Metadata,
        Since = Since,
        Until = Until,
    };

    private bool IsLive => Live != "off" && After is null;

    private bool IsAsking => IsLive && _isSeen;

    private string State => After is not null ? "Older calls: they do not move." : IsLive ? $"The newest {Size}, asked for each second." : "Paused.";

    /// <summary>Called by the browser.</summary>
    [JSInvokable]
    public Task OnSeenAsync(bool isSeen)
    {
        _isSeen = isSeen;
        return IsAsking ? _part!.ReloadAsync() : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_watching is not null)
        {
            await _watching.DisposeAsync();
        }

        _self?.Dispose();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _watching = await Browser.ListenToSightAsync(_self);
        }
    }

    private async Task<ListPage<Call>> LoadAsync(CancellationToken cancellationToken)
    {
        var wanted = (Filter, After);
        if (wanted == _asked)
        {
            // A filter that makes the log look far back is asked for less often: at most half of the time somebody works for this page.
            await Task.Delay(_took, cancellationToken);
        }

        var began = TimeProvider.System.GetTimestamp();
        var page = await Api.GetAsync<ListPage<Call>>(
            $"{wanted.Filter.ToPath(TimeProvider.System.GetUtcNow())}&limit={Size}{(After is null ? "" : $"&after={Uri.EscapeDataString(After)}")}", cancellationToken);
        (_asked, _took) = (wanted, TimeProvider.System.GetElapsedTime(began));
        return page;
    }

    private void ChooseAsync(CallFilter filter) =>
        Address.NavigateTo(Address.GetUriWithQueryParameters(new Dictionary<string, object?>(filter.ToAddress()) { ["after"] = null }), replace: true);

    private Task SwitchAsync(bool isLive)
    {
        Live = isLive ? null : "off";
        Address.NavigateTo(Address.GetUriWithQueryParameter("live", Live), replace: true);
        return isLive ? _part!.ReloadAsync() : Task.CompletedTask;
    }

    private void OpenAsync()
    {
        if (_wanted.Trim() is { Length: > 0 } id)
        {
            Address.NavigateTo($"calls/{Uri.EscapeDataString(id)}");
        }
    }
}
