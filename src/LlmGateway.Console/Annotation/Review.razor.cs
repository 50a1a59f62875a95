using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmGateway.Console.Api;
using LlmGateway.Console.Layout;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LlmGateway.Console.Annotation;

/// <summary>One reviewer's work on a queue, item by item.</summary>
public partial class Review
{
    private NextItem? _next;
    private Draft? _draft;
    private AnswerInput? _input;
    private GatewayException? _failure;
    private DotNetObjectReference<Review>? _self;
    private IAsyncDisposable? _listening;
    private bool _busy, _keys;
    private int _given;
    private string? _told;

    [Parameter, EditorRequired]
    public required ReviewQueue Queue { get; set; }

    [Parameter, EditorRequired]
    public required string Path { get; set; }

    /// <summary>Who answers; null for the key.</summary>
    [Parameter]
    public string? Reviewer { get; set; }

    /// <summary>Called after an answer or a skip, for the counts.</summary>
    [Parameter]
    public EventCallback OnAnswered { get; set; }

    [Inject]
    private GatewayApi Api { get; set; } = null!;

    [Inject]
    private BrowserScript Browser { get; set; } = null!;

    private string Until => _next?.ReservedUntil is { } until
        ? DateTimeOffset.FromUnixTimeSeconds((long)until).ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture) : "it is answered";

    /// <summary>A key that was pressed outside of a text field. While an answer is on its way keys are dropped: nobody judges what they have not seen.</summary>
    [JSInvokable]
    public async Task OnKeyAsync(string key)
    {
        if (_busy || _draft is not { } draft)
        {
            return;
        }

        _told = null;
        await (key switch
        {
            "Enter" => SubmitAsync(),
            "s" => SkipAsync(),
            "a" => _input?.FocusAnswerAsync() ?? Task.CompletedTask,
            "c" => _input?.FocusCommentAsync() ?? Task.CompletedTask,
            _ => Choose(draft, key),
        });
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await (_listening?.DisposeAsync() ?? ValueTask.CompletedTask);
        _self?.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task OnInitializedAsync() => NextAsync();

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            _listening = await Browser.ListenToKeysAsync(_self);
        }
    }

    private Task Choose(Draft draft, string key)
    {
        switch (key)
        {
            case "u":
                draft.Undo();
                break;
            case "?":
                _keys = !_keys;
                break;
            default:
                draft.Press(key);
                break;
        }

        return Task.CompletedTask;
    }

    private Task NextAsync() => TryAsync(AskAsync);

    private async Task SubmitAsync()
    {
        if (_busy || _draft is not { } draft || _next?.Item is not { } item)
        {
            return;
        }

        if (draft.Value is not { } value)
        {
            _told = "There is no answer yet: choose or type one first.";
            return;
        }

        await TryAsync(async () =>
        {
            await SendAsync(item, "submit", new JsonObject { ["value"] = value, ["comment"] = Given(draft.Comment) });
            _given++;
        });
    }

    private async Task SkipAsync()
    {
        if (!_busy && _next?.Item is { } item)
        {
            await TryAsync(() => SendAsync(item, "skip", new JsonObject { ["comment"] = Given(_draft?.Comment) }));
        }
    }

    private async Task SendAsync(QueueItem item, string what, JsonObject body)
    {
        await Api.PostAsync<JsonElement>($"{Path}/items/{Uri.EscapeDataString(item.Id)}/{what}", Named(body));
        await AskAsync();
        await OnAnswered.InvokeAsync();
    }

    private async Task AskAsync()
    {
        _next = await Api.PostAsync<NextItem>($"{Path}/next", Named([]));
        _draft = _next.Item is null ? null : new Draft(Queue.ReturnType);
    }

    private async Task TryAsync(Func<Task> act)
    {
        (_busy, _failure, _told) = (true, null, null);
        try
        {
            await act();
        }
        catch (GatewayException failure)
        {
            _failure = failure;
        }
        finally
        {
            _busy = false;
        }
    }

    private JsonObject Named(JsonObject body)
    {
        if (!string.IsNullOrWhiteSpace(Reviewer))
        {
            body["reviewer"] = Reviewer;
        }

        return body;
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
