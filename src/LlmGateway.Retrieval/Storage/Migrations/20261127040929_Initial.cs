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
                name: "cached_embeddings",
                columns: table => new
                {
                    key = table.Column<byte[]>(type: "BLOB", maxLength: 32, nullable: false),
                    vector = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_cached_embeddings", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "chunks",
                columns: table => new
                {
                    file_row_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    index = table.Column<int>(type: "INTEGER", nullable: false),
                    vector_store_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    start = table.Column<int>(type: "INTEGER", nullable: false),
                    end = table.Column<int>(type: "INTEGER", nullable: false),
                    parent_start = table.Column<int>(type: "INTEGER", nullable: true),
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
                name: "parent_passages",
                columns: table => new
                {
                    file_row_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    start = table.Column<int>(type: "INTEGER", nullable: false),
                    end = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_parent_passages", x => new { x.file_row_id, x.start });
                });

            migrationBuilder.CreateTable(
                name: "retrieval_evaluations",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    vector_store_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    plan = table.Column<string>(type: "TEXT", nullable: false),
                    queries = table.Column<int>(type: "INTEGER", nullable: false),
                    done = table.Column<int>(type: "INTEGER", nullable: false),
                    result = table.Column<string>(type: "TEXT", nullable: true),
                    error_code = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    error_message = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retrieval_evaluations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sources",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 48, nullable: false),
                    description = table.Column<string>(type: "TEXT", maxLength: 2048, nullable: false),
                    type = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    connection = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    tables = table.Column<string>(type: "TEXT", nullable: false),
                    max_rows = table.Column<int>(type: "INTEGER", nullable: false),
                    timeout_milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sources", x => x.id);
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
                    changed_in_version = table.Column<long>(type: "INTEGER", nullable: false),
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
                    language = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    dimensions = table.Column<int>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_vector_stores", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "retrieval_evaluation_queries",
                columns: table => new
                {
                    evaluation_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    index = table.Column<int>(type: "INTEGER", nullable: false),
                    query = table.Column<string>(type: "TEXT", nullable: false),
                    outcomes = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retrieval_evaluation_queries", x => new { x.evaluation_id, x.index });
                    table.ForeignKey(
                        name: "FK_retrieval_evaluation_queries_retrieval_evaluations_evaluation_id",
                        column: x => x.evaluation_id,
                        principalTable: "retrieval_evaluations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "retrieval_adapters",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    project_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    key_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    vector_store_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    plan = table.Column<string>(type: "TEXT", nullable: false),
                    pairs = table.Column<int>(type: "INTEGER", nullable: false),
                    epochs_done = table.Column<int>(type: "INTEGER", nullable: false),
                    result = table.Column<string>(type: "TEXT", nullable: true),
                    error_code = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    error_message = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    created_at_micros = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    lease_owner = table.Column<string>(type: "TEXT", maxLength: 128, nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    fence = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retrieval_adapters", x => x.id);
                    table.ForeignKey(
                        name: "FK_retrieval_adapters_vector_stores_vector_store_id",
                        column: x => x.vector_store_id,
                        principalTable: "vector_stores",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "retrieval_adapter_data",
                columns: table => new
                {
                    adapter_id = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    pairs = table.Column<string>(type: "TEXT", nullable: false),
                    matrix = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_retrieval_adapter_data", x => x.adapter_id);
                    table.ForeignKey(
                        name: "FK_retrieval_adapter_data_retrieval_adapters_adapter_id",
                        column: x => x.adapter_id,
                        principalTable: "retrieval_adapters",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_cached_embeddings_created_at_micros",
                table: "cached_embeddings",
                column: "created_at_micros");

            migrationBuilder.CreateIndex(
                name: "IX_chunks_vector_store_id",
                table: "chunks",
                column: "vector_store_id");

            migrationBuilder.CreateIndex(
                name: "IX_retrieval_adapters_project_id_created_at_micros_id",
                table: "retrieval_adapters",
                columns: new[] { "project_id", "created_at_micros", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_retrieval_adapters_status_lease_until_id",
                table: "retrieval_adapters",
                columns: new[] { "status", "lease_until", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_retrieval_adapters_vector_store_id_name_version",
                table: "retrieval_adapters",
                columns: new[] { "vector_store_id", "name", "version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_retrieval_evaluations_project_id_created_at_micros_id",
                table: "retrieval_evaluations",
                columns: new[] { "project_id", "created_at_micros", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_retrieval_evaluations_status_lease_until_id",
                table: "retrieval_evaluations",
                columns: new[] { "status", "lease_until", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_sources_project_id_created_at_micros",
                table: "sources",
                columns: new[] { "project_id", "created_at_micros" });

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
                name: "cached_embeddings");

            migrationBuilder.DropTable(
                name: "chunks");

            migrationBuilder.DropTable(
                name: "document_texts");

            migrationBuilder.DropTable(
                name: "parent_passages");

            migrationBuilder.DropTable(
                name: "retrieval_adapter_data");

            migrationBuilder.DropTable(
                name: "retrieval_evaluation_queries");

            migrationBuilder.DropTable(
                name: "sources");

            migrationBuilder.DropTable(
                name: "vector_store_file_batches");

            migrationBuilder.DropTable(
                name: "vector_store_files");

            migrationBuilder.DropTable(
                name: "retrieval_adapters");

            migrationBuilder.DropTable(
                name: "retrieval_evaluations");

            migrationBuilder.DropTable(
                name: "vector_stores");
        }
    }
}
