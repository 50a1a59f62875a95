using System.Globalization;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace LlmGateway.Benchmarks.Allocations;

/// <summary>Runs <see cref="RequestAllocations"/> and says whether allocations grow with the body.</summary>
internal static class AllocationBenchmark
{
    /// <summary>A twentieth of the larger body: pipes and sockets note a little for each segment of a few kilobytes.</summary>
    private const double Tolerance = 5_000;

    public static int Run()
    {
        var summary = BenchmarkRunner.Run<RequestAllocations>();
        foreach (var way in summary.Reports.GroupBy(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name))
        {
            var bytes = way.Select(Allocated).Order().ToArray();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{way.Key}: {bytes[0]:0} to {bytes[^1]:0} bytes a request from 1 KB to 100 KB bodies: {(bytes[^1] - bytes[0] <= Tolerance ? "met" : "MISSED")}"));
        }

        return summary.HasCriticalValidationErrors ? 1 : 0;
    }

    private static double Allocated(BenchmarkReport report) =>
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? double.NaN;
}
