/** Starts the upload page. */

import { createRoot } from "react-dom/client";
import { PapersPage } from "./PapersPage";
import "./papers.css";
import "./files.css";

const place = document.getElementById("papers");
if (place) createRoot(place).render(<PapersPage />);
