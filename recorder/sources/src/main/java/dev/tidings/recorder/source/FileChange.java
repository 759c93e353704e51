package dev.tidings.recorder.source;

import org.jspecify.annotations.Nullable;

/**
 * What happened to a file.
 *
 * @param type what
 * @param path the file's, from the root, with '/'
 * @param from for a renamed file, the path it had; null for others
 * @param size in bytes; of a deleted file, that it had
 */
record FileChange(FileEvent type, String path, @Nullable String from, long size) {}
