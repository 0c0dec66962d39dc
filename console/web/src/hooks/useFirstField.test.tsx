import { render, screen, waitFor } from "@testing-library/react";
import { Modal } from "antd";
import { expect, test } from "vitest";

import { useFirstField } from "./useFirstField";

function Dialog({ open }: { open: boolean }) {
  const field = useFirstField<HTMLInputElement>(open);
  return (
    <>
      <input aria-label="to the customer" />
      <Modal open={open} destroyOnHidden>
        <input aria-label="of the dialog" ref={field} />
      </Modal>
    </>
  );
}

test("a dialog that opens takes the keys from the field behind it", async () => {
  const { rerender } = render(<Dialog open={false} />);
  screen.getByLabelText("to the customer").focus();

  rerender(<Dialog open />);

  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText("of the dialog")));
});
