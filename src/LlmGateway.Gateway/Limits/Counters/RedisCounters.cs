using System.Globalization;
using LlmGateway.Gateway.Redis;
using StackExchange.Redis;

namespace LlmGateway.Gateway.Limits.Counters;

/// <summary>
/// Counters that all gateways share. A call is reserved by one script and settled by one; what is set aside is a lease, so that a
/// gateway that dies gives it back. All counters of a project are in one hash slot.
/// </summary>
internal sealed class RedisCounters(RedisConnection redis, GatewaySettings settings, TimeProvider time)
{
    private const int HashAndLeases = 2;
    private static readonly string Reserving = LuaScripts.Read("reserve");
    private static readonly string Settling = LuaScripts.Read("settle");
    private static readonly string Renewing = LuaScripts.Read("renew");
    private static readonly string Raising = LuaScripts.Read("raise");
    private static readonly string Reading = LuaScripts.Read("read");

    private static readonly TimeSpan BackgroundBudget = TimeSpan.FromSeconds(5);

    /// <summary>How long a counter outlives its window, and a total without an end its last use; the database has it then.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    private TimeSpan Lease => settings.Current.Limits.Lease;

    /// <summary>Sets everything aside or nothing.</summary>
    /// <param name="call">The call.</param>
    /// <param name="kept">What the database holds of each counter; null before it was asked.</param>
    public async Task<Verdict> ReserveAsync(CallLimits call, IReadOnlyList<long>? kept)
    {
        var keys = new RedisKey[call.Counted.Length * HashAndLeases];
        var arguments = new RedisValue[2 + (call.Counted.Length * 6)];
        (arguments[0], arguments[1]) = (call.Id.ToString("N"), (long)Lease.TotalMilliseconds);
        for (var index = 0; index < call.Counted.Length; index++)
        {
            var counted = call.Counted[index];
            Name(counted.Key, keys.AsSpan(index * HashAndLeases));
            var own = arguments.AsSpan(2 + (index * 6));
            (own[0], own[1], own[2]) = (counted.Limit.Most, counted.Reserved, counted.WindowStart);
            own[3] = !counted.Limit.IsKept ? 0 : kept?[index] ?? -1;
            (own[4], own[5]) = (SecondsToLive(counted), counted.Limit.Enforced ? 1 : 0);
        }

        var reply = await RunAsync(Reserving, keys, arguments, settings.Current.Limits.RedisTimeout);
        return reply.Outcome == RedisOutcome.Done ? Read(call, reply.Value.ToString()) : Verdict.Away;
    }

    /// <summary>Puts what the call came to in the place of what was set aside for it; once, however often it is asked to.</summary>
    /// <param name="call">The call.</param>
    /// <param name="waits">Whether somebody waits for it.</param>
    public async Task<bool> SettleAsync(CallLimits call, bool waits)
    {
        var keys = new RedisKey[1 + (call.Counted.Length * HashAndLeases)];
        var arguments = new RedisValue[1 + (call.Counted.Length * 3)];
        var id = call.Id.ToString("N");
        (keys[0], arguments[0]) = (MarkOf(call), id);
        for (var index = 0; index < call.Counted.Length; index++)
        {
            var counted = call.Counted[index];
            Name(counted.Key, keys.AsSpan(1 + (index * HashAndLeases)));
            var own = arguments.AsSpan(1 + (index * 3));
            (own[0], own[1], own[2]) = (counted.Reserved, counted.Settled ?? 0, counted.WindowStart);
        }

        return (await RunAsync(Settling, keys, arguments, waits ? settings.Current.Limits.RedisTimeout : BackgroundBudget)).Outcome == RedisOutcome.Done;
    }

    /// <summary>Keeps what is set aside for calls under way, all of one project.</summary>
    public Task RenewAsync(IReadOnlyCollection<CallLimits> calls)
    {
        var keys = new List<RedisKey>();
        var arguments = new List<RedisValue> { (long)Lease.TotalMilliseconds };
        var names = new RedisKey[HashAndLeases];
        foreach (var call in calls)
        {
            var id = call.Id.ToString("N");
            foreach (var counted in call.Counted)
            {
                Name(counted.Key, names);
                keys.AddRange(names);
                keys.Add(MarkOf(call));
                arguments.AddRange([id, counted.Reserved, counted.WindowStart, SecondsToLive(counted), counted.Limit.IsKept ? 0 : 1]);
            }
        }

        return RunAsync(Renewing, [.. keys], [.. arguments], BackgroundBudget).AsTask();
    }

    /// <summary>Tells counters, all of one project, what the database says was used.</summary>
    public async Task<bool> RaiseAsync(IReadOnlyCollection<(CounterKey Key, long WindowStart, long Used)> totals)
    {
        var names = new RedisKey[HashAndLeases];
        var keys = new List<RedisKey>(totals.Count);
        var arguments = new List<RedisValue>(totals.Count * 2);
        foreach (var (key, windowStart, used) in totals)
        {
            Name(key, names);
            keys.Add(names[0]);
            arguments.AddRange([windowStart, used]);
        }

        return (await RunAsync(Raising, [.. keys], [.. arguments], BackgroundBudget)).Outcome == RedisOutcome.Done;
    }

    /// <summary>What counters, all of one project, hold in a window, reservations included; null while Redis is away.</summary>
    public async Task<IReadOnlyList<long>?> TotalsAsync(IReadOnlyList<CounterKey> counters, long windowStart)
    {
        var keys = new RedisKey[counters.Count * HashAndLeases];
        for (var index = 0; index < counters.Count; index++)
        {
            Name(counters[index], keys.AsSpan(index * HashAndLeases));
        }

        var reply = await RunAsync(Reading, keys, [.. Enumerable.Repeat<RedisValue>(windowStart, counters.Count)], BackgroundBudget);
        return reply.Outcome == RedisOutcome.Done
            ? [.. reply.Value.ToString().Split(';')[1..].Select(static text => text.Length == 0 ? 0 : Parse(text).Used + Parse(text).Reserved)]
            : null;
    }

    private static Verdict Read(CallLimits call, string reply)
    {
        var parts = reply.Split(';');
        if (parts[0] == "missing")
        {
            return Verdict.Missing;
        }

        for (var index = 0; index < call.Counted.Length; index++)
        {
            var (used, reserved) = Parse(parts[index + 1]);
            call.Counted[index].UsedBefore = used;
            call.Counted[index].Before = used + reserved;
        }

        if (parts[0] == "ok")
        {
            return Verdict.Reserved;
        }

        call.RefusedBy = Array.Find(call.Counted, static counted => counted.Limit.Enforced && counted.Exceeded);
        return Verdict.Refused;
    }

    private static (long Used, long Reserved) Parse(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        return (long.Parse(text.AsSpan(0, comma), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(comma + 1), CultureInfo.InvariantCulture));
    }

    private ValueTask<RedisReply> RunAsync(string script, RedisKey[] keys, RedisValue[] arguments, TimeSpan budget) =>
        redis.RunAsync(async database => (RedisValue)await database.ScriptEvaluateAsync(script, keys, arguments), budget);

    /// <summary>At least until the window's end and as long as a lease; a call that ends later is settled in the database only.</summary>
    private long SecondsToLive(CountedLimit counted)
    {
        var left = counted.WindowEnd is { } end ? end - time.GetUtcNow().ToUnixTimeSeconds() : 0;
        var longer = counted.Limit.IsKept ? Grace : Lease * 2;
        return Math.Max(0, left) + Math.Max(1, (long)longer.TotalSeconds);
    }

    private static void Name(CounterKey key, Span<RedisKey> names)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix(key.ProjectId)}{key.LimitId}:{CounterKey.Hash(key.Subject):x32}");
        (names[0], names[1]) = (name, name + ":leases");
    }

    private static RedisKey MarkOf(CallLimits call) => $"{Prefix(call.ProjectId)}settled:{call.Id:N}";

    /// <summary>The braces make it one hash slot.</summary>
    private static string Prefix(string projectId) => $"llmgateway:limits:{{{projectId}}}:";
}

internal static class LuaScripts
{
    /// <summary>A script that is shipped in this library.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(LuaScripts).Assembly.GetManifestResourceStream($"limits.{name}.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
