using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Loop;

/// <summary>What the loop did and what each technique was worth, as Markdown with a picture.</summary>
internal sealed class Report(string folder)
{
    public string Path { get; } = System.IO.Path.Combine(folder, "report.md");

    public int Calls { get; set; }

    public LoggedDataset Dataset { get; set; } = null!;

    public FineTuning Job { get; set; } = null!;

    public IReadOnlyList<Rung> Rungs { get; set; } = [];

    /// <summary>What was decided while callers got the new model by growing shares.</summary>
    public IReadOnlyList<CanaryStep> Canary { get; set; } = [];

    /// <summary>The model that was promoted.</summary>
    public string Winner { get; set; } = "";

    /// <summary>What the application got after the switch.</summary>
    public string Answer { get; set; } = "";

    public TimeSpan Elapsed { get; set; }

    public void Write()
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(System.IO.Path.Combine(folder, "ladder.svg"), LadderPicture.Draw(Rungs));
        File.WriteAllText(Path, Markdown());
    }

    public Table Table()
    {
        var table = new Table().AddColumns("technique", "accuracy", "95 % interval", "more than the one above", "95 % interval", "exact p");
        foreach (var rung in Rungs)
        {
            table.AddRow(Cells(rung));
        }

        return table;
    }

    private string Markdown()
    {
        var text = new StringBuilder();
        text.AppendLine("# What each technique was worth").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{Calls:N0} questions of banking77 were asked through the gateway and corrected by people, of whom one in {Traffic.WrongOneIn} was wrong.");
        text.AppendLine(CultureInfo.InvariantCulture, $"The log became version `{Dataset.Version}` of dataset `{Dataset.Id}` with {Dataset.Items:N0} items, and job `{Job.Job}` trained `{Job.Model}` on it.");
        text.AppendLine("Each row below answers the same held-out questions, and is compared with the row above item by item.").AppendLine();
        text.AppendLine("![Accuracy of each technique with its interval](ladder.svg)").AppendLine();
        text.AppendLine("| technique | accuracy | 95 % interval (Wilson) | more than the one above | 95 % interval (Newcombe, paired) | exact p (McNemar) |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var rung in Rungs)
        {
            text.Append("| ").AppendJoin(" | ", Cells(rung)).AppendLine(" |");
        }

        text.AppendLine().AppendLine($"`{Winner}` was then given to callers of `{Traffic.Model}` by growing shares, each decided by the feedback on what they got:").AppendLine();
        text.AppendLine("| decision | why |").AppendLine("|---|---|");
        foreach (var step in Canary)
        {
            text.AppendLine($"| {step.Action} | {step.Reason.Replace("|", "\\|", StringComparison.Ordinal)} |");
        }

        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"All of it took {Elapsed.TotalSeconds:0} seconds.");
        return text.ToString();
    }

    private static string[] Cells(Rung rung) =>
    [
        rung.Technique.Name,
        Share(rung.Accuracy.Value),
        $"{Share(rung.Accuracy.Low)}–{Share(rung.Accuracy.High)}",
        rung.Gain is { Difference.Value: var gain } ? Signed(gain) : "",
        rung.Gain is { Difference: { } range } ? $"{Signed(range.Low)} to {Signed(range.High)}" : "",
        rung.Gain is { PValue: var p } ? p < 0.0001 ? "< .0001" : p.ToString("0.####", CultureInfo.InvariantCulture) : "",
    ];

    private static string Share(double value) => value.ToString(".000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => value.ToString("+.000;-.000", CultureInfo.InvariantCulture);
}
