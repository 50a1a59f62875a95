using LlmGateway.TestKit;
using LlmGateway.TestKit.Servers;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Service.Tests.Leases;

/// <summary>Leases in a file.</summary>
public sealed class SqliteLeaseTests : LeaseTests
{
    protected override Task<Action<DbContextOptionsBuilder>> StoreAsync(TempFolder folder) =>
        Task.FromResult<Action<DbContextOptionsBuilder>>(options => options.UseSqlite($"Data Source={folder.File("jobs.db")};Default Timeout=5"));
}

/// <summary>Leases in a server.</summary>
public sealed class PostgresLeaseTests : LeaseTests
{
    protected override async Task<Action<DbContextOptionsBuilder>> StoreAsync(TempFolder folder)
    {
        var database = await TestServers.CreateDatabaseAsync();
        return options => options.UseNpgsql(database);
    }
}

/// <summary>One worker at a time, whatever happens to the others.</summary>
public abstract class LeaseTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_767_323_045);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly DbContextOptionsBuilder<JobStore> _options = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract Task<Action<DbContextOptionsBuilder>> StoreAsync(TempFolder folder);

    public async ValueTask InitializeAsync()
    {
        (await StoreAsync(_folder))(_options);
        await using var store = Open();
        await store.Database.EnsureCreatedAsync(Token);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_oldest_open_row_is_taken_and_a_finished_one_never()
    {
        await AddAsync("job_1", "done");
        await AddAsync("job_3", "queued");
        await AddAsync("job_2", "running");
        var first = await ClaimAsync(Start);
        Assert.Equal(("job_2", 1, 1), (first!.Id, first.Attempt, (int)first.Fence));
        Assert.Equal("job_3", (await ClaimAsync(Start))!.Id);
        Assert.Null(await ClaimAsync(Start));
    }

    [Fact]
    public async Task Many_who_claim_at_once_get_a_row_each()
    {
        foreach (var number in Enumerable.Range(10, 20))
        {
            await AddAsync($"job_{number}", "queued");
        }

        var claims = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Task.Run(() => ClaimAsync(Start), Token)));
        Assert.Equal(20, claims.Where(row => row is not null).Select(row => row!.Id).Distinct().Count());
        Assert.Equal(5, claims.Count(row => row is null));
    }

    [Fact]
    public async Task A_lease_that_nobody_prolonged_goes_to_another_and_its_holder_writes_nothing_more()
    {
        await AddAsync("job_1", "queued");
        var lost = Lease.Of((await ClaimAsync(Start))!);
        Assert.Null(await ClaimAsync(Start + Duration));
        var again = await ClaimAsync(Start + Duration + TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, again!.Attempt);

        await using var store = Open();
        await Assert.ThrowsAsync<LeaseLostException>(() => StepAsync(store, lost));
        await StepAsync(store, Lease.Of(again));
        Assert.Equal(1, (await store.Jobs.AsNoTracking().SingleAsync(Token)).Steps);
        Assert.False(await store.ProlongAsync<Job>(lost, Start, Duration, Token));
    }

    [Fact]
    public async Task A_prolonged_lease_stays()
    {
        await AddAsync("job_1", "queued");
        var lease = Lease.Of((await ClaimAsync(Start))!);
        await using var store = Open();
        Assert.True(await store.ProlongAsync<Job>(lease, Start + TimeSpan.FromSeconds(20), Duration, Token));
        Assert.Null(await ClaimAsync(Start + TimeSpan.FromSeconds(49)));
    }

    [Fact]
    public async Task What_is_given_back_in_good_order_is_free_at_once_and_counts_no_attempt()
    {
        await AddAsync("job_1", "queued");
        var lease = Lease.Of((await ClaimAsync(Start))!);
        await using var store = Open();
        await store.ReleaseAsync<Job>(lease, null, inGoodOrder: true, Token);
        Assert.Equal(1, (await ClaimAsync(Start))!.Attempt);
    }

    [Fact]
    public async Task What_failed_rests_before_it_is_taken_again()
    {
        await AddAsync("job_1", "queued");
        var lease = Lease.Of((await ClaimAsync(Start))!);
        await using var store = Open();
        await store.ReleaseAsync<Job>(lease, Start + TimeSpan.FromSeconds(5), inGoodOrder: false, Token);
        Assert.Null(await ClaimAsync(Start + TimeSpan.FromSeconds(5)));
        Assert.Equal(2, (await ClaimAsync(Start + TimeSpan.FromSeconds(6)))!.Attempt);
    }

    private static Task StepAsync(JobStore store, Lease lease) => store.WriteAsync<Job>(
        lease,
        token => store.Jobs.HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.Steps, row => row.Steps + 1), token),
        Token);

    private async Task<Job?> ClaimAsync(DateTimeOffset now)
    {
        await using var store = Open();
        return await store.ClaimAsync<Job>("test", JobStore.Open, now, Duration, Token);
    }

    private async Task AddAsync(string id, string status)
    {
        await using var store = Open();
        store.Jobs.Add(new Job { Id = id, Status = status });
        await store.SaveChangesAsync(Token);
    }

    private JobStore Open() => new(_options.Options);
}
