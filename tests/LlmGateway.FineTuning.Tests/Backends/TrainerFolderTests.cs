using LlmGateway.FineTuning.Backends;
using LlmGateway.FineTuning.Backends.Command;
using LlmGateway.TestKit;

namespace LlmGateway.FineTuning.Tests.Backends;

/// <summary>What a folder says of its run, and that a run begins once.</summary>
public sealed class TrainerFolderTests : IDisposable
{
    private readonly TempFolder _data = new();
    private readonly TrainerFolder _job;

    public TrainerFolderTests()
    {
        _job = TrainerFolder.Find(_data.Path, "ftjob-1")!;
        Directory.CreateDirectory(_job.Data);
        Directory.CreateDirectory(_job.Output);
        File.WriteAllText(_job.TrainingFile, TrainingText.Good);
        File.WriteAllText(_job.Configuration, "{}");
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_trainer_that_is_started_many_times_runs_once()
    {
        var options = new TrainerOptions { Command = { "/bin/sh", Path.Combine(AppContext.BaseDirectory, "Backends", "trainer.sh"), "good", "{config}", "{data}", "{output}", "{resume}" } };
        Parallel.For(0, 20, _ => TrainerLaunch.Start(_job, options, resume: false));
        await WaitForProcessesAsync();
        Assert.Equal(0, _job.ExitCode());
        Assert.Equal(["false"], await File.ReadAllLinesAsync(Path.Combine(_job.Path, "runs"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_run_that_was_withdrawn_never_begins()
    {
        _job.Withdraw();
        TrainerLaunch.Start(_job, new TrainerOptions { Command = { "touch", "runs" } }, resume: false);
        await WaitForProcessesAsync();
        Assert.Equal(TrainerPhase.Gone, _job.Phase(Now));
        Assert.False(File.Exists(Path.Combine(_job.Path, "runs")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Another_process_of_the_same_id_is_not_taken_for_the_trainer(bool isOther)
    {
        var stat = File.ReadAllText("/proc/self/stat");
        var start = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        File.WriteAllText(Path.Combine(_job.Path, "started"), "");
        File.WriteAllText(Path.Combine(_job.Path, "pid"), $"{Environment.ProcessId} {(isOther ? "1" : start)}\n");
        Assert.Equal(isOther ? TrainerPhase.Gone : TrainerPhase.Running, _job.Phase(Now));
    }

    [Fact]
    public void A_start_whose_process_died_at_once_is_gone_after_a_while()
    {
        File.WriteAllText(Path.Combine(_job.Path, "started"), "");
        Assert.Equal(TrainerPhase.Running, _job.Phase(Now));
        Assert.Equal(TrainerPhase.Gone, _job.Phase(Now + TimeSpan.FromMinutes(3)));
    }

    [Fact]
    public void The_first_reason_to_stop_stands()
    {
        Assert.Null(_job.Stop());
        _job.RequestStop(TrainerRuns.TooLarge);
        _job.RequestStop(TrainerRuns.Cancelled);
        Assert.Equal(TrainerRuns.TooLarge, _job.Stop()!.Value.Reason);
    }

    [Theory]
    [InlineData("../ftjob-1")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData(".")]
    public void What_is_no_jobs_id_has_no_folder(string id) => Assert.Null(TrainerFolder.Find(_data.Path, id));

    /// <summary>Until none is left whose arguments name the folder.</summary>
    private Task WaitForProcessesAsync() => Eventually.TrueAsync(() => !Directory.EnumerateDirectories("/proc").Any(IsOfJob), "the trainers' end");

    private bool IsOfJob(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Contains(_job.Path, StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It is none, or it has just ended.
            return false;
        }
    }

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
