package org.malassay.environments.unikernel;

/** Opens the environment {@code unikernel}: a library OS that loads static programs. */
public final class UnikernelProvider extends KernelProvider {

  /** Called by {@link java.util.ServiceLoader}. */
  public UnikernelProvider() {
    super(Kernel.LOADER);
  }
}
