/** The mark of the product: a spark in a speech bubble. */
export function BrandMark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        fill="var(--primary)"
        d="M8 3h16a5 5 0 0 1 5 5v12a5 5 0 0 1-5 5h-8l-6 5v-5H8a5 5 0 0 1-5-5V8a5 5 0 0 1 5-5z"
      />
      <path fill="#fff" d="M17.6 6.5 10 15.6h4.8l-1.6 6 8-9.4h-5z" />
    </svg>
  );
}
