using Loop;
using Spectre.Console;

// The whole loop on real questions, with no key: traffic, feedback, a dataset, a fine-tuned model, an evaluation of what
// each technique was worth, and the switch to the winner. It starts a system of its own and asks it as any client would.
if (BankingQuestions.Find() is not { } questions)
{
    AnsiConsole.MarkupLine("[red]The banking77 data is missing: it is expected in shared/data/banking77 beside the project.[/]");
    return 2;
}

var began = TimeProvider.System.GetTimestamp();
var options = DemoOptions.Read(args);
var report = new Report(Path.GetFullPath(options.Folder));
await using var own = options.BaseUrl is null ? await OwnSystem.StartAsync() : null;
var (baseUrl, key) = (options.BaseUrl ?? own!.BaseUrl, options.ApiKey ?? own!.Key);
using var api = new Api(baseUrl, key);
AnsiConsole.MarkupLineInterpolated($"LlmGateway runs at [blue]{baseUrl}[/], with {questions.Train.Count:N0} questions to ask and {questions.Test.Count:N0} held out\n");

await AnsiConsole.Progress().Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
    .StartAsync(async progress =>
    {
        await api.PutAsync($"/v1/aliases/{Traffic.Model}", new() { ["model"] = "local/chat" });
        var traffic = new Traffic(api, questions);
        report.Calls = await traffic.RunAsync(progress);
        report.Dataset = await LoggedDataset.MakeAsync(api, progress);
        report.Job = await FineTuning.RunAsync(api, report.Dataset, progress);
        var ladder = await Ladder.PrepareAsync(api, questions, report.Dataset, report.Job.Model, progress);
        await ladder.ClimbAsync(progress);
        report.Rungs = await ladder.CompareAsync(progress);
        report.Winner = report.Rungs.MaxBy(rung => rung.Accuracy.Value)!.Technique.Model;
        report.Canary = await new Canary(api, traffic).RunAsync(report.Winner, progress);
        report.Answer = await traffic.AskOnceAsync("I still have not received my new card, I ordered over a week ago.");
    });

report.Elapsed = TimeProvider.System.GetElapsedTime(began);
report.Write();
AnsiConsole.Write(report.Table());
AnsiConsole.MarkupLineInterpolated($"\n[blue]{Traffic.Model}[/] is now answered by [blue]{report.Winner}[/]: \"{report.Answer}\"");
AnsiConsole.MarkupLineInterpolated($"{report.Elapsed.TotalSeconds:0} s. The report is [blue]{report.Path}[/], its picture beside it");
if (options.Stays && own is not null)
{
    AnsiConsole.MarkupLineInterpolated($"\nLook around in the console: [blue]{new Uri(baseUrl, "/console")}[/], signed in with [blue]{key}[/]. Ctrl+C ends it.");
    await own.UntilInterruptedAsync();
}

return 0;
