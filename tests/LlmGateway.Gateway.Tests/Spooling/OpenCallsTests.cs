using LlmGateway.Contracts.Gateway;
using LlmGateway.Gateway.Spooling;
using LlmGateway.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmGateway.Gateway.Tests.Spooling;

/// <summary>What a process that died left under way is recorded by the next one.</summary>
public sealed class OpenCallsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_call_that_was_under_way_is_recorded_at_the_next_start_and_once()
    {
        var (left, recorded) = (Sample.Record(), Sample.Record());
        using (var spool = new SpoolUnderTest(_folder.Path))
        using (var open = new OpenCalls(spool.Spool, NullLogger<OpenCalls>.Instance))
        {
            open.Note(null, left);
            var place = open.Note(null, recorded);
            open.Close(place);
        }

        using (var spool = new SpoolUnderTest(_folder.Path))
        using (new OpenCalls(spool.Spool, NullLogger<OpenCalls>.Instance))
        {
            Assert.Equal([left.Id], spool.ShipAll().Select(frame => frame.Record.Id));
        }

        using var third = new SpoolUnderTest(_folder.Path);
        using var nothing = new OpenCalls(third.Spool, NullLogger<OpenCalls>.Instance);
        Assert.Empty(third.ShipAll());
    }

    [Fact]
    public void A_further_attempt_is_noted_in_the_place_of_the_first()
    {
        var record = Sample.Record();
        using (var spool = new SpoolUnderTest(_folder.Path))
        using (var open = new OpenCalls(spool.Spool, NullLogger<OpenCalls>.Instance))
        {
            var place = open.Note(null, record);
            Assert.Equal(place, open.Note(place, record with { Attempts = [record.Attempts[0], new InferenceAttempt("other", "m", null, 0, null)] }));
        }

        using var next = new SpoolUnderTest(_folder.Path);
        using var found = new OpenCalls(next.Spool, NullLogger<OpenCalls>.Instance);
        Assert.Equal(2, Assert.Single(next.ShipAll()).Record.Attempts.Count);
    }

    [Fact]
    public void Places_are_used_again_and_what_is_torn_or_too_large_does_no_harm()
    {
        var giant = Sample.Record() with { Metadata = Enumerable.Range(0, 16).ToDictionary(i => $"k{i}", _ => new string('ä', 120)) };
        using (var spool = new SpoolUnderTest(_folder.Path))
        using (var open = new OpenCalls(spool.Spool, NullLogger<OpenCalls>.Instance))
        {
            var first = open.Note(null, Sample.Record());
            open.Close(first);
            Assert.Equal(first, open.Note(null, giant));
            Assert.NotEqual(first, open.Note(null, Sample.Record()));
        }

        var path = _folder.File("open");
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^10]);
        using var next = new SpoolUnderTest(_folder.Path);
        using var found = new OpenCalls(next.Spool, NullLogger<OpenCalls>.Instance);
        Assert.Equal([giant.Id], next.ShipAll().Select(frame => frame.Record.Id));
    }
}
