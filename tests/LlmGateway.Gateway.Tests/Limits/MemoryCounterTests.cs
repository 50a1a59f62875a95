using LlmGateway.Gateway.Limits;
using LlmGateway.Gateway.Limits.Counters;
using LlmGateway.Gateway.Limits.Rules;

namespace LlmGateway.Gateway.Tests.Limits;

/// <summary>Counters of one process, in every order of events.</summary>
public sealed class MemoryCounterTests
{
    private const int Interleavings = 1000;
    private const int Most = 20;

    [Fact]
    public void In_no_order_of_reservations_and_settlements_is_more_let_through_than_the_limits_allow()
    {
        for (var seed = 0; seed < Interleavings; seed++)
        {
            var random = new Random(seed);
            var counters = new MemoryCounters();
            CompiledLimit[] limits = [Limit("one", LimitedResource.Tokens), Limit("two", LimitedResource.Tokens), Limit("slots", LimitedResource.ConcurrentRequests)];
            var underWay = new List<CallLimits>();
            var settled = 0L;
            for (var step = 0; step < 60; step++)
            {
                if (underWay.Count > 0 && random.Next(3) == 0)
                {
                    var ended = underWay[random.Next(underWay.Count)];
                    underWay.Remove(ended);
                    foreach (var counted in ended.Counted)
                    {
                        // No call comes to more than was set aside for it.
                        counted.Settled = counted.Limit.Resource == LimitedResource.Tokens ? ended.Counted[0].Settled ?? random.NextInt64(counted.Reserved + 1) : 0;
                    }

                    settled += ended.Counted[0].Settled!.Value;
                    counters.Settle(ended);
                    continue;
                }

                var amount = random.Next(1, 8);
                var call = new CallLimits(Guid.CreateVersion7(), "proj_a", [.. limits.Select(limit =>
                    new CountedLimit(limit, new CounterKey(limit.Id, "proj_a", "proj_a"), 0, limit.Resource == LimitedResource.Tokens ? amount : 1))]);
                var aside = underWay.Sum(other => other.Counted[0].Reserved);
                var fits = settled + aside + amount <= Most && underWay.Count < Most;
                Assert.Equal(fits ? Verdict.Reserved : Verdict.Refused, counters.Reserve(call));
                if (fits)
                {
                    underWay.Add(call);
                }

                Assert.InRange(settled + underWay.Sum(other => other.Counted[0].Reserved), 0, Most);
            }
        }
    }

    [Fact]
    public async Task Threads_together_are_let_through_exactly_as_often_as_the_limit_says()
    {
        var counters = new MemoryCounters();
        var limit = Limit("one", LimitedResource.Requests);
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() =>
            counters.Reserve(new CallLimits(Guid.CreateVersion7(), "proj_a", [new CountedLimit(limit, new CounterKey("one", "proj_a", "proj_a"), 0, 1)])))));
        Assert.Equal(Most, verdicts.Count(verdict => verdict == Verdict.Reserved));
    }

    [Fact]
    public void Only_windows_from_before_an_interruption_are_doubtful_until_the_database_was_asked()
    {
        var counters = new MemoryCounters();
        var limit = Limit("day", LimitedResource.Tokens, LimitWindow.Day);
        var call = Call(limit, windowStart: 1_000);
        Assert.False(counters.IsDoubtful(call));

        counters.Interrupt(at: 2_000);
        Assert.True(counters.IsDoubtful(call));
        Assert.False(counters.IsDoubtful(Call(limit, windowStart: 3_000)));

        // Redis was away once more while the database was asked: what it said is from before that.
        var mark = counters.Mark();
        counters.Interrupt(at: 2_001);
        counters.Raise(limit, call.Counted[0].Key, 1_000, 5, mark);
        Assert.True(counters.IsDoubtful(call));
        Assert.Equal(Verdict.Missing, counters.Reserve(call));

        counters.Raise(limit, call.Counted[0].Key, 1_000, 5, counters.Mark());
        Assert.False(counters.IsDoubtful(call));
        Assert.Equal(Verdict.Reserved, counters.Reserve(call));
        Assert.Equal(5, call.Counted[0].Before);
    }

    private static CallLimits Call(CompiledLimit limit, long windowStart) =>
        new(Guid.CreateVersion7(), "proj_a", [new CountedLimit(limit, new CounterKey(limit.Id, "proj_a", "proj_a"), windowStart, 1)]);

    private static CompiledLimit Limit(string id, LimitedResource resource, LimitWindow window = LimitWindow.Minute) => new(id, "proj_a", new LimitDefinition
    {
        Name = id,
        Resource = resource,
        Window = resource == LimitedResource.ConcurrentRequests ? null : window,
        Limit = Most,
        Scope = new LimitScope(LimitSubject.Project),
    });
}
