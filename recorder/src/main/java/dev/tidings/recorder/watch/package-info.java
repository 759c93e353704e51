/** What is recorded, seen inside the process: queues, batches and watchers. */
@NullMarked
package dev.tidings.recorder.watch;

import org.jspecify.annotations.NullMarked;
