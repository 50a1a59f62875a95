using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Batches;

/// <summary>Reads an input file once before anything is called: a batch with a bad line makes no call.</summary>
internal sealed class BatchValidation(GatewayDbContext store, BatchInput input, GatewaySettings settings, TimeProvider time)
{
    /// <summary>More of them help nobody.</summary>
    private const int MostErrors = 100;

    public async Task RunAsync(Batch batch, Lease lease, CancellationToken cancellationToken)
    {
        var found = new Findings(batch.Endpoint, settings.Current.Batches.MaxRequests);
        await foreach (var line in input.ReadAsync(batch, cancellationToken))
        {
            found.Add(line);
            if (found.Errors.Count >= MostErrors)
            {
                break;
            }
        }

        if (found.Total == 0 && found.Errors.Count == 0)
        {
            found.Errors.Add(new BatchError("empty_file", "The input file has no requests.", "input_file_id"));
        }

        if (found.Errors.Count > 0)
        {
            await BatchStages.FailAsync(store, lease, batch.Status, found.Errors, time, cancellationToken);
            return;
        }

        await BatchStages.MoveAsync(
            store,
            lease,
            BatchStage.Validating,
            set => set.SetProperty(row => row.Status, BatchStage.InProgress)
                .SetProperty(row => row.InProgressAt, time.NowMicros())
                .SetProperty(row => row.Total, found.Total)
                .SetProperty(row => row.Model, found.Model),
            cancellationToken);
    }

    private sealed class Findings(string endpoint, int maxRequests)
    {
        // Half of a digest each, so that 50,000 long ids take no more memory than short ones.
        private readonly HashSet<UInt128> _customIds = [];

        public int Total { get; private set; }

        public string? Model { get; private set; }

        public List<BatchError> Errors { get; } = [];

        public void Add(InputLine line)
        {
            try
            {
                var request = BatchRequestLine.Read(line, endpoint);
                if (!_customIds.Add(Digest(request.CustomId)))
                {
                    throw new BatchLineException("duplicate_custom_id", "Another line has the same 'custom_id'; each needs its own.", "custom_id");
                }

                Model = Total == 0 || Model == request.Model ? request.Model : null;
                Total++;
                if (Total == maxRequests + 1)
                {
                    throw new BatchLineException("too_many_requests", $"A batch may hold {maxRequests} requests; split the file.", null);
                }
            }
            catch (BatchLineException exception)
            {
                Errors.Add(exception.At(line.Number));
            }
        }

        private static UInt128 Digest(string customId) => BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(customId)));
    }
}
