import * as React from 'react';

/** Where there is room for a list: under its entry, as wide. */
export function usePlaceBelow(
  anchor: React.RefObject<HTMLElement>
): React.CSSProperties {
  const [style, setStyle] = React.useState<React.CSSProperties>({
    visibility: 'hidden'
  });
  React.useLayoutEffect(() => {
    const place = (): void => {
      const box = anchor.current?.getBoundingClientRect();
      if (box) {
        setStyle({
          left: box.left,
          top: box.bottom,
          width: box.width,
          maxHeight: Math.max(120, window.innerHeight - box.bottom - 16)
        });
      }
    };
    place();
    window.addEventListener('resize', place);
    document.addEventListener('scroll', place, true);
    return () => {
      window.removeEventListener('resize', place);
      document.removeEventListener('scroll', place, true);
    };
  }, [anchor]);
  return style;
}
