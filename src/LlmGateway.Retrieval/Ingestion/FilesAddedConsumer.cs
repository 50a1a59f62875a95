using LlmGateway.Contracts.Retrieval;
using MassTransit;

namespace LlmGateway.Retrieval.Ingestion;

/// <summary>Wakes this process's worker: every process hears of files, and they share them out by their leases.</summary>
internal sealed class FilesAddedConsumer(IngestionWorker worker) : IConsumer<VectorStoreFilesAdded>
{
    public const string Endpoint = "retrieval.files-added";

    public Task Consume(ConsumeContext<VectorStoreFilesAdded> context)
    {
        worker.Wake();
        return Task.CompletedTask;
    }
}
