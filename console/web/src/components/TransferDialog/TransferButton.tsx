/** The way to pass a conversation on: the button, and the dialogue behind it. */
import { ShareAltOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";

import type { Summary } from "../../api/types";
import { useLocale } from "../../locale/locale";
import { openThread } from "../../state/model";
import { useOffersContext } from "../Offers/context";
import { TransferDialog } from "./TransferDialog";
import { summaryNote } from "./summaryNote";

export function TransferButton({ conversation }: { conversation: Summary }) {
  const locale = useLocale();
  const around = useOffersContext();
  const [open, setOpen] = useState(false);
  if (!around) return null;
  const { api, state, offers } = around;
  const pending = offers.transfers.some((one) => one.mine && one.conversation_id === conversation.id);
  const card = openThread(state)?.card;
  return (
    <>
      <Button icon={<ShareAltOutlined />} disabled={pending} onClick={() => setOpen(true)} data-testid="transfer-button">
        {locale.t(pending ? "transfer.pending" : "transfer.button")}
      </Button>
      {open && (
        <TransferDialog
          api={api}
          conversation={conversation}
          note={card ? summaryNote(card, locale) : ""}
          onDone={() => {
            setOpen(false);
            offers.refresh();
          }}
          onCancel={() => setOpen(false)}
        />
      )}
    </>
  );
}
