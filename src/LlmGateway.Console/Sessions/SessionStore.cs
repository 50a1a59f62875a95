using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace LlmGateway.Console.Sessions;

/// <summary>The sessions of this process, in memory: a restart ends them.</summary>
internal sealed class SessionStore(IOptions<ConsoleOptions> options, TimeProvider time)
{
    /// <summary>So that nobody's signing in ends the sessions of others.</summary>
    private const int MaxSessionsOfKey = 50;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _starting = new();

    public Session Start(string key, CurrentKey owner)
    {
        var now = time.GetUtcNow();
        var session = new Session(RandomNumberGenerator.GetHexString(64, lowercase: true), key, owner, now);
        lock (_starting)
        {
            foreach (var (id, _) in _entries.Where(pair => IsOver(pair.Value)))
            {
                _entries.TryRemove(id, out _);
            }

            var own = _entries.Where(pair => pair.Value.Session.Owner.Id == owner.Id).ToList();
            if (own.Count >= MaxSessionsOfKey)
            {
                _entries.TryRemove(own.MinBy(pair => pair.Value.UsedAt).Key, out _);
            }
            else if (_entries.Count >= options.Value.MaxSessions)
            {
                _entries.TryRemove(_entries.MinBy(pair => pair.Value.UsedAt).Key, out _);
            }

            _entries[session.Id] = new Entry(session) { UsedAt = now };
        }

        return session;
    }

    /// <summary>A session that has not ended. What a page asks for by itself is no use of it.</summary>
    public Session? Find(string id) => Look(id)?.Session;

    /// <summary>A session that has not ended, and that somebody uses now.</summary>
    public Session? Use(string id)
    {
        if (Look(id) is not { } entry)
        {
            return null;
        }

        entry.UsedAt = time.GetUtcNow();
        return entry.Session;
    }

    public void End(string id) => _entries.TryRemove(id, out _);

    private Entry? Look(string id)
    {
        if (_entries.TryGetValue(id, out var entry) && !IsOver(entry))
        {
            return entry;
        }

        _entries.TryRemove(id, out _);
        return null;
    }

    private bool IsOver(Entry entry)
    {
        var now = time.GetUtcNow();
        return now - entry.UsedAt > options.Value.SessionIdleTimeout || now - entry.Session.StartedAt > options.Value.SessionLifetime
            || entry.Session.Owner.ExpiresAt <= now.ToUnixTimeSeconds();
    }

    private sealed class Entry(Session session)
    {
        public Session Session => session;

        public DateTimeOffset UsedAt { get; set; }
    }
}
