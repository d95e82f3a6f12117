"""Tables of products with their pictures, from file to rows.

For API and pages:

    preview.preview_table(settings, SentFile) -> TablePreview
    submit.submit_import(settings, doorbell, table: SentFile, ImportOrder, pictures: [SentFile])
        -> Job; each of `pictures` is a ZIP, or one picture under its name or relative path
    submit.submit_checked(settings, doorbell, dry_run_id, actor) -> Job; import what a dry run
        checked, with the files that were sent for it
    state.read_import(session, job_id, now) -> ImportState
    state.list_imports(session, now, limit=, offset=) -> ([ImportState], total)
    rejections.list_rejections(session, job_id, limit=, offset=) -> ([RejectedRow], total rows)
    rejected_file.write_rejected(session, job_id, "csv" | "xlsx", language) -> pieces of a file
"""
