using LlmGateway.Gateway.Keys;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Tests.Keys;

/// <summary>A burst of calls with a key that nobody knows yet costs one look into the database.</summary>
public sealed class KnownCallersTests
{
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly KnownCallers<string> _known;
    private int _loads;

    public KnownCallersTests() => _known = new KnownCallers<string>(LoadAsync, TimeProvider.System);

    [Fact]
    public async Task Those_who_ask_meanwhile_share_the_answer()
    {
        var asked = Enumerable.Range(0, 200).Select(_ => _known.FindAsync("a", TestContext.Current.CancellationToken).AsTask()).ToList();
        _release.SetResult();
        Assert.All(await Task.WhenAll(asked), caller => Assert.Equal("key_a", caller!.KeyId));
        Assert.Equal(1, _loads);
        await _known.FindAsync("a", TestContext.Current.CancellationToken);
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task One_that_leaves_does_not_end_it_for_the_others()
    {
        using var leaving = new CancellationTokenSource();
        var first = _known.FindAsync("a", leaving.Token).AsTask();
        var second = _known.FindAsync("a", TestContext.Current.CancellationToken).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _release.SetResult();
        Assert.Equal("key_a", (await second)!.KeyId);
    }

    [Fact]
    public async Task What_was_read_before_a_key_changed_is_told_to_nobody_who_asks_after_it()
    {
        var before = _known.FindAsync("a", TestContext.Current.CancellationToken).AsTask();
        _known.Forget("key_a");
        var after = _known.FindAsync("a", TestContext.Current.CancellationToken).AsTask();
        _release.SetResult();
        await Task.WhenAll(before, after);
        Assert.Equal(2, _loads);
    }

    private async Task<(Caller, long?)?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _loads);
        await _release.Task.WaitAsync(cancellationToken);
        return (new Caller("proj_a", $"key_{key}", Scopes.Inference), null);
    }
}
