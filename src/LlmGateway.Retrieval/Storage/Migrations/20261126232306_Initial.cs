using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace LlmGateway.Retrieval.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "chunks",
                columns: table => new
                {
                    file_row_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    index = table.Column<int>(type: "INTEGER", nullable: false),
                    vector_store_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    start = table.Column<int>(type: "INTEGER", nullable: false),
                    end = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    embedding = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_chunks", x => new { x.file_row_id, x.index });
                });

            migrationBuilder.CreateTable(
                name: "document_texts",
                columns: table => new
                {
                    file_row_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_document_texts", x => x.file_row_id);
                });

            migrationBuilder.CreateTable(
                name: "vector_store_file_batches",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    vector_store_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    is_cancelled = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_store_file_batches", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vector_store_files",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    vector_store_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    file_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    batch_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    file_name = table.Column<string>(type: "TEXT", maxLength: 512, nullable: true),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    attributes = table.Column<string>(type: "TEXT", nullable: false),
                    chunking = table.Column<string>(type: "TEXT", nullable: false),
                    usage_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    content_hash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    error_code = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true),
                    error_message = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_store_files", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vector_stores",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    description = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: true),
                    metadata = table.Column<string>(type: "TEXT", nullable: false),
                    expires_after_days = table.Column<int>(type: "INTEGER", nullable: true),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    last_active_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    embedding_model = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    dimensions = table.Column<int>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_stores", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_chunks_vector_store_id",
                table: "chunks",
                column: "vector_store_id");

            migrationBuilder.CreateIndex(
                name: "IX_vector_store_file_batches_vector_store_id",
                table: "vector_store_file_batches",
                column: "vector_store_id");

            migrationBuilder.CreateIndex(
                name: "IX_vector_store_files_batch_id",
                table: "vector_store_files",
                column: "batch_id");

            migrationBuilder.CreateIndex(
                name: "IX_vector_store_files_status_lease_until_id",
                table: "vector_store_files",
                columns: new[] { "status", "lease_until", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_vector_store_files_vector_store_id_file_id",
                table: "vector_store_files",
                columns: new[] { "vector_store_id", "file_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_vector_stores_project_id_id",
                table: "vector_stores",
                columns: new[] { "project_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "chunks");

            migrationBuilder.DropTable(
                name: "document_texts");

            migrationBuilder.DropTable(
                name: "vector_store_file_batches");

            migrationBuilder.DropTable(
                name: "vector_store_files");

            migrationBuilder.DropTable(
                name: "vector_stores");
        }
    }
}
