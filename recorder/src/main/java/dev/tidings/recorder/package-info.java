/** Records events from inside a service: start at {@link dev.tidings.recorder.EventRecorder}. */
@NullMarked
package dev.tidings.recorder;

import org.jspecify.annotations.NullMarked;
