package org.malassay.environments.tracing;

import java.time.Duration;
import java.util.Map;
import org.malassay.behavior.Facet;
import org.malassay.behavior.FacetState;
import org.malassay.behavior.Recording;
import org.malassay.environment.Execution;
import org.malassay.environment.GuestException;
import org.malassay.environment.Order;
import org.malassay.environments.host.Await;

/** Who sees what a sample does. */
interface Watch {
  /**
   * Waits until the last process of the sample is gone, or who sees it is.
   *
   * @return false when neither is by then
   */
  boolean awaitEnd(Duration timeout) throws InterruptedException;

  /**
   * Ends the recording: what happens in the guest from now on is not told any more.
   *
   * @return how well each facet that is seen was recorded
   */
  Map<Facet, FacetState> finish();

  /**
   * Goes on until the last process of the sample is gone, or for as long as the order says.
   *
   * @param execution of its first process, which has ended
   */
  default Execution observe(Execution execution, Order order) throws GuestException {
    long ended = System.nanoTime();
    Duration left = order.observation().minus(execution.duration());
    Await.on(() -> awaitEnd(left));
    Duration more =
        execution.survivors() > 0 ? Duration.ofNanos(System.nanoTime() - ended) : Duration.ZERO;
    return execution.with(new Recording(finish()), execution.duration().plus(more));
  }
}
