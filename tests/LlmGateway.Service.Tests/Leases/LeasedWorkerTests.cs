using System.Collections.Concurrent;
using LlmGateway.TestKit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmGateway.Service.Tests.Leases;

/// <summary>A process that works on rows.</summary>
public sealed class LeasedWorkerTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ServiceProvider _services;

    public LeasedWorkerTests() => _services = new ServiceCollection()
        .AddDbContext<JobStore>(options => options.UseSqlite($"Data Source={_folder.File("jobs.db")};Default Timeout=5"))
        .BuildServiceProvider();

    private CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var scope = _services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<JobStore>().Database.EnsureCreatedAsync(Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Work_is_found_without_a_message_and_failing_work_is_tried_again()
    {
        await AddAsync("job_1");
        var attempts = new ConcurrentQueue<int>();
        using var worker = Worker(async (services, row, lease, token) =>
        {
            attempts.Enqueue(row.Attempt);
            if (row.Attempt < 3)
            {
                throw new InvalidOperationException("Not yet.");
            }

            await FinishAsync(services, lease, token);
        });
        await worker.StartAsync(Token);
        await Eventually.TrueAsync(async _ => (await RowAsync("job_1")) is { Status: "done", LeaseOwner: null }, "the job is done", null, Token);
        await worker.StopAsync(Token);
        Assert.Equal([1, 2, 3], attempts);
    }

    [Fact]
    public async Task A_worker_whose_row_is_cancelled_is_told_at_the_next_heartbeat()
    {
        await AddAsync("job_1");
        var begun = new TaskCompletionSource();
        var told = new TaskCompletionSource();
        using var worker = Worker(async (_, _, _, token) =>
        {
            begun.SetResult();
            await using var registration = token.Register(told.SetResult);
            await told.Task;
            token.ThrowIfCancellationRequested();
        });
        await worker.StartAsync(Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await CancelAsync("job_1");
        await told.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await worker.StopAsync(Token);
        Assert.Equal("cancelled", (await RowAsync("job_1")).Status);
    }

    [Fact]
    public async Task A_process_that_stops_gives_its_work_back_at_once()
    {
        await AddAsync("job_1");
        var begun = new TaskCompletionSource();
        using var worker = Worker(async (_, _, _, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        await worker.StartAsync(Token);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        await worker.StopAsync(Token);
        Assert.Equal((null, null, 0), ((await RowAsync("job_1")).LeaseOwner, (await RowAsync("job_1")).LeaseUntil, (await RowAsync("job_1")).Attempt));
    }

    private JobWorker Worker(Func<IServiceProvider, Job, Lease, CancellationToken, Task> work) => new(
        _services.GetRequiredService<IServiceScopeFactory>(),
        new LeaseOptions { Sweep = TimeSpan.FromMilliseconds(50), Heartbeat = TimeSpan.FromMilliseconds(50), RetryPause = TimeSpan.Zero },
        work);

    private static Task FinishAsync(IServiceProvider services, Lease lease, CancellationToken token)
    {
        var store = services.GetRequiredService<JobStore>();
        return store.WriteAsync<Job>(lease, inner => store.Jobs.HeldBy(lease).ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, "done"), inner), token);
    }

    /// <summary>As a service's endpoint does: the status and the fence in one update.</summary>
    private Task<int> CancelAsync(string id) => InStoreAsync(store => store.Jobs.Where(row => row.Id == id).ExecuteUpdateAsync(
        set => set.SetProperty(row => row.Status, "cancelled").SetProperty(row => row.Fence, row => row.Fence + 1), Token));

    private Task<Job> RowAsync(string id) => InStoreAsync(store => store.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, Token));

    private Task<int> AddAsync(string id) => InStoreAsync(store =>
    {
        store.Jobs.Add(new Job { Id = id, Status = "queued" });
        return store.SaveChangesAsync(Token);
    });

    private async Task<T> InStoreAsync<T>(Func<JobStore, Task<T>> act)
    {
        await using var scope = _services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<JobStore>());
    }

    private sealed class JobWorker(IServiceScopeFactory scopes, LeaseOptions options, Func<IServiceProvider, Job, Lease, CancellationToken, Task> work)
        : LeasedWorker<JobStore, Job>(scopes, options, TimeProvider.System, NullLogger.Instance)
    {
        protected override IReadOnlyCollection<string> OpenStatuses => JobStore.Open;

        protected override Task WorkAsync(IServiceProvider services, Job row, Lease lease, CancellationToken cancellationToken) =>
            work(services, row, lease, cancellationToken);
    }
}
