using LlmGateway.Console.Sessions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace LlmGateway.Console.Tests.Sessions;

public sealed class SessionStoreTests
{
    private static readonly CurrentKey Owner = new("key_1", "ada", "proj_default", ["data"], null);
    private readonly FakeTimeProvider _time = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    [Fact]
    public void A_session_lives_while_it_is_used()
    {
        var sessions = New();
        var session = sessions.Start("sk-lg-a", Owner);
        for (var hour = 0; hour < 4; hour++)
        {
            _time.Advance(TimeSpan.FromMinutes(59));
            Assert.Equal(session, sessions.Use(session.Id));
        }
    }

    [Fact]
    public void It_ends_where_nobody_uses_it_whatever_a_page_asks_for_by_itself()
    {
        var sessions = New();
        var session = sessions.Start("sk-lg-a", Owner);
        for (var minute = 0; minute < 60; minute++)
        {
            Assert.NotNull(sessions.Find(session.Id));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(sessions.Find(session.Id));
        Assert.Null(sessions.Use(session.Id));
    }

    [Fact]
    public void One_key_signing_in_again_and_again_ends_its_own_sessions_alone()
    {
        var sessions = New(most: 60);
        var other = sessions.Start("sk-lg-b", Owner with { Id = "key_2" });
        _time.Advance(TimeSpan.FromSeconds(1));
        var own = Enumerable.Range(0, 100).Select(_ => sessions.Start("sk-lg-a", Owner)).ToList();
        Assert.NotNull(sessions.Find(other.Id));
        Assert.Equal(50, own.Count(session => sessions.Find(session.Id) is not null));
    }

    [Fact]
    public void It_ends_at_its_longest_however_much_it_is_used()
    {
        var sessions = New();
        var session = sessions.Start("sk-lg-a", Owner);
        for (var half = 0; half < 24; half++)
        {
            Assert.NotNull(sessions.Use(session.Id));
            _time.Advance(TimeSpan.FromMinutes(30));
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(sessions.Use(session.Id));
    }

    [Fact]
    public void It_ends_with_its_key()
    {
        var sessions = New();
        var session = sessions.Start("sk-lg-a", Owner with { ExpiresAt = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds() });
        Assert.NotNull(sessions.Use(session.Id));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(sessions.Use(session.Id));
    }

    [Fact]
    public void One_more_than_there_may_be_ends_the_one_that_was_used_longest_ago()
    {
        var sessions = New(most: 2);
        var first = sessions.Start("sk-lg-a", Owner);
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = sessions.Start("sk-lg-b", Owner);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(sessions.Use(first.Id));
        var third = sessions.Start("sk-lg-c", Owner);
        Assert.Null(sessions.Use(second.Id));
        Assert.Equal(("sk-lg-a", "sk-lg-c"), (sessions.Use(first.Id)!.Key, sessions.Use(third.Id)!.Key));
    }

    [Fact]
    public void Nobody_guesses_an_id() => Assert.Equal(256 / 4, New().Start("sk-lg-a", Owner).Id.Length);

    private SessionStore New(int most = 1_000) => new(Options.Create(new ConsoleOptions { MaxSessions = most }), _time);
}
