using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Gateway.Storage.PostgresMigrations
{
    /// <inheritdoc />
    public partial class Batches : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "batch_results",
                columns: table => new
                {
                    BatchId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Line = table.Column<int>(type: "integer", nullable: false),
                    IsFailed = table.Column<bool>(type: "boolean", nullable: false),
                    Output = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batch_results", x => new { x.BatchId, x.Line });
                });

            migrationBuilder.CreateTable(
                name: "batches",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ProjectId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    KeyId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Endpoint = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    InputFileId = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    InputBytes = table.Column<long>(type: "bigint", nullable: false),
                    CompletionWindow = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Metadata = table.Column<string>(type: "text", nullable: true),
                    OutputExpiresAfter = table.Column<int>(type: "integer", nullable: true),
                    Ending = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    Model = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    CreatedAt = table.Column<long>(type: "bigint", nullable: false),
                    ExpiresAt = table.Column<long>(type: "bigint", nullable: false),
                    InProgressAt = table.Column<long>(type: "bigint", nullable: true),
                    FinalizingAt = table.Column<long>(type: "bigint", nullable: true),
                    CancellingAt = table.Column<long>(type: "bigint", nullable: true),
                    EndedAt = table.Column<long>(type: "bigint", nullable: true),
                    Total = table.Column<int>(type: "integer", nullable: false),
                    Completed = table.Column<int>(type: "integer", nullable: false),
                    Failed = table.Column<int>(type: "integer", nullable: false),
                    InputTokens = table.Column<long>(type: "bigint", nullable: false),
                    CachedInputTokens = table.Column<long>(type: "bigint", nullable: false),
                    OutputTokens = table.Column<long>(type: "bigint", nullable: false),
                    ReasoningTokens = table.Column<long>(type: "bigint", nullable: false),
                    OutputFileId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ErrorFileId = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Errors = table.Column<string>(type: "text", nullable: true),
                    Status = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    LeaseOwner = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: true),
                    LeaseUntil = table.Column<long>(type: "bigint", nullable: true),
                    Attempt = table.Column<int>(type: "integer", nullable: false),
                    Fence = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batches", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_batches_ProjectId_CreatedAt",
                table: "batches",
                columns: new[] { "ProjectId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_batches_Status_LeaseUntil",
                table: "batches",
                columns: new[] { "Status", "LeaseUntil" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "batch_results");

            migrationBuilder.DropTable(
                name: "batches");
        }
    }
}
